import { hash, smoothstep, valueNoise } from './noise.ts';

/** What the mouth does; every number is free to change from frame to frame. */
export interface MouthPose {
  /** Gap between the lips: 0 closed, 1 as wide as `FULL_OPENING_CM`; loud speech stays below 0.7. */
  readonly opening: number;
  /** Lips pursed (−1), at rest (0), spread (1). */
  readonly width: number;
  /** Lips pressed together beyond just touching, 0 to 1 (p, b, m). Wins over `opening`. */
  readonly closure: number;
  /** Lower lip held to the upper teeth, 0 to 1 (f, v). */
  readonly teethOnLip: number;
  /** Tip of the tongue raised to the teeth, 0 to 1 (l, n, th). */
  readonly tongue: number;
}

export const RESTING_MOUTH: MouthPose = { opening: 0, width: 0, closure: 0, teethOnLip: 0, tongue: 0 };

/** The head's place relative to looking straight into the camera. */
export interface HeadPose {
  /** Shift to the right and down, cm. */
  readonly x: number;
  readonly y: number;
  /** Turns in radians: sideways tilt (clockwise in the picture), to the right, downwards. */
  readonly roll: number;
  readonly yaw: number;
  readonly pitch: number;
}

export interface PresenterPose {
  readonly mouth: MouthPose;
  readonly head: HeadPose;
  /** 0 open, 1 shut. */
  readonly blink: number;
  /** Shift of the irises, cm. */
  readonly gazeX: number;
  readonly gazeY: number;
  /** Brows raised, 0 to 1. */
  readonly browLift: number;
  /** Rise of chest and shoulders, cm. */
  readonly breath: number;
  /** Picks the film grain. */
  readonly grain: number;
}

const BREATHS_PER_SECOND = 0.26;
/** One blink is drawn in each stretch of this length, somewhere in its middle. */
const BLINK_EVERY_SECONDS = 3.1;
const BLINK_SECONDS = 0.3;
const GAZE_SECONDS = 1.35;

/** The presenter at a time: the given mouth on a head that sways, breathes, blinks and looks around. Pure. */
export function poseAt(timeSeconds: number, mouth: MouthPose, seed: number): PresenterPose {
  const sway = (perSecond: number, lane: number) => 2 * valueNoise(timeSeconds * perSecond, lane + 0.5, seed) - 1;
  return {
    mouth,
    head: {
      x: 0.45 * sway(0.45, 1),
      // Speech nods along: the head dips a little with the jaw.
      y: 0.3 * sway(0.5, 2) + 0.06 * mouth.opening,
      roll: 0.034 * sway(0.4, 3),
      yaw: 0.1 * sway(0.42, 4),
      pitch: 0.06 * sway(0.55, 5) + 0.02 * mouth.opening,
    },
    blink: blinkAt(timeSeconds, seed),
    ...gazeAt(timeSeconds, seed),
    browLift: smoothstep(0.35, 0.9, valueNoise(timeSeconds * 0.8, 6.5, seed)),
    breath: 0.11 * Math.sin(2 * Math.PI * BREATHS_PER_SECOND * timeSeconds),
    grain: Math.round(timeSeconds * 1000),
  };
}

function blinkAt(time: number, seed: number): number {
  const stretch = Math.floor(time / BLINK_EVERY_SECONDS);
  const start = (stretch + 0.25 + 0.5 * hash(stretch, 7, seed)) * BLINK_EVERY_SECONDS;
  const along = (time - start) / BLINK_SECONDS;
  // Lids fall faster than they rise.
  return along < 0 || along > 1 ? 0 : Math.min(smoothstep(0, 0.35, along), smoothstep(1, 0.45, along));
}

function gazeAt(time: number, seed: number): { gazeX: number; gazeY: number } {
  const stretch = Math.floor(time / GAZE_SECONDS);
  const target = (n: number, lane: number, reach: number) => (2 * hash(n, lane, seed) - 1) * reach;
  // The eye jumps (a saccade takes 60 ms) and then stays.
  const jump = smoothstep(0, 0.06, time - stretch * GAZE_SECONDS);
  const at = (lane: number, reach: number) =>
    target(stretch - 1, lane, reach) * (1 - jump) + target(stretch, lane, reach) * jump;
  return { gazeX: at(8, 0.09), gazeY: at(9, 0.04) };
}
