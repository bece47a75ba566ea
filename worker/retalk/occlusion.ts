import type { YuvFrame } from '../media/frame.ts';
import type { ClipTrack } from './clip-track.ts';
import { pointOf } from './face-points.ts';
import { planesOf } from './patch.ts';

/** Places whose colour speech hardly changes, each the middle of two points: the lips' flesh, and skin all around the mouth. */
const LIP_SPOTS = [
  [0, 13],
  [37, 82],
  [267, 312],
  [17, 14],
  [84, 87],
  [314, 317],
];
const SKIN_SPOTS = [164, 92, 322, 18, 200, 199, 106, 335, 212, 432, 57, 287].map((point) => [point, point]);
const MOUTH_SPOTS = [...LIP_SPOTS, ...SKIN_SPOTS];
/** Places that a hand before the mouth leaves free: they tell how the light changed. */
const LIGHT_SPOTS = [151, 9, 6, 197, 50, 280].map((point) => [point, point]);
const SPOTS = [...MOUTH_SPOTS, ...LIGHT_SPOTS].map(([a, b]) => [pointOf(a), pointOf(b)]);
/** Numbers of a frame's spots: Y and V of each. */
export const SPOT_VALUES = SPOTS.length * 2;
/** Half the side of a spot, in heights from nose to chin. */
const RADIUS = 0.035;

/** A spot looks foreign when it differs from its usual colour by this much, and by so many of its usual deviations. */
const FOREIGN = { luma: 14, red: 4, deviations: 5 };
/**
 * So many foreign spots of the mouth are something in front of it. No frame of twelve clips with free mouths reached more than 0.39; a
 * microphone painted over them gave 0.83 and more, a disc of the cheek's very colour 0.17 to 1.
 */
const LEAST_FOREIGN_SHARE = 0.45;
/** Frames from all over a take tell what is usual. */
const COMPARED_FRAMES = 400;
const BLACK = 16;

/** Mean colours (Y and V in turn) of small spots around the mouth, and of some that show the light. `height`: from nose to chin. */
export function spotColours(frame: YuvFrame, shape: Float32Array, height: number): Uint8Array {
  const [luma, , red] = planesOf(frame.width, frame.height);
  const colours = new Uint8Array(SPOT_VALUES);
  for (const [i, [a, b]] of SPOTS.entries()) {
    const x = (shape[a * 3] + shape[b * 3]) / 2;
    const y = (shape[a * 3 + 1] + shape[b * 3 + 1]) / 2;
    colours[2 * i] = meanAround(frame, luma, x, y, height * RADIUS);
    colours[2 * i + 1] = meanAround(frame, red, x, y, height * RADIUS);
  }
  return colours;
}

function meanAround(
  frame: YuvFrame,
  plane: { offset: number; stride: number; step: number },
  x: number,
  y: number,
  radius: number,
): number {
  const lastX = frame.width / plane.step - 1;
  const lastY = frame.height / plane.step - 1;
  const reach = Math.max(1, Math.round(radius / plane.step));
  const middleX = Math.round(x / plane.step);
  const middleY = Math.round(y / plane.step);
  let sum = 0;
  for (let dy = -reach; dy <= reach; dy++) {
    const row = plane.offset + Math.max(0, Math.min(lastY, middleY + dy)) * plane.stride;
    for (let dx = -reach; dx <= reach; dx++) sum += frame.data[row + Math.max(0, Math.min(lastX, middleX + dx))];
  }
  return sum / (2 * reach + 1) ** 2;
}

/**
 * Strikes out the frames of a finished track in which something covers the mouth: a hand, a microphone. What the mouth's surroundings
 * usually look like is learnt from the face's own take, so that beards, shadows and make-up are no matter.
 */
export function forgetCoveredMouths(track: ClipTrack): void {
  for (const [first, end] of track.stretches()) {
    const usual = usualColours(track, first, end);
    for (let frame = first; frame < end; frame++) {
      if (foreignShare(track.spots(frame), usual) >= LEAST_FOREIGN_SHARE) track.forgetFace(frame);
    }
  }
}

interface UsualColours {
  readonly middle: Float32Array;
  /** Median distance from the middle. */
  readonly deviation: Float32Array;
  readonly light: number;
}

function usualColours(track: ClipTrack, first: number, end: number): UsualColours {
  const every = Math.max(1, Math.floor((end - first) / COMPARED_FRAMES));
  const frames: Uint8Array[] = [];
  for (let frame = first; frame < end; frame += every) frames.push(track.spots(frame));
  const light = median(frames.map(lightOf));
  const middle = new Float32Array(SPOT_VALUES);
  const deviation = new Float32Array(SPOT_VALUES);
  for (let i = 0; i < SPOT_VALUES; i++) {
    const values = frames.map((spots) => evened(spots, i, light));
    middle[i] = median(values);
    deviation[i] = median(values.map((value) => Math.abs(value - middle[i])));
  }
  return { middle, deviation, light };
}

/** Share of the mouth's spots that don't look as usual. */
function foreignShare(spots: Uint8Array, usual: UsualColours): number {
  let foreign = 0;
  for (let i = 0; i < MOUTH_SPOTS.length; i++) {
    const differs = (at: number, least: number) =>
      Math.abs(evened(spots, at, usual.light) - usual.middle[at]) >
      Math.max(least, FOREIGN.deviations * usual.deviation[at]);
    if (differs(2 * i, FOREIGN.luma) || differs(2 * i + 1, FOREIGN.red)) foreign++;
  }
  return foreign / MOUTH_SPOTS.length;
}

/** The value as it would be in the take's usual light. */
function evened(spots: Uint8Array, at: number, usualLight: number): number {
  return at % 2 === 0 ? BLACK + ((spots[at] - BLACK) * usualLight) / lightOf(spots) : spots[at];
}

function lightOf(spots: Uint8Array): number {
  let sum = 0;
  for (let i = MOUTH_SPOTS.length; i < SPOTS.length; i++) sum += spots[2 * i] - BLACK;
  return Math.max(1, sum / LIGHT_SPOTS.length);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
