import { display, mix3, paint, type Rgb } from './light.ts';
import { hash, mix, smoothstep, valueNoise } from './noise.ts';
import type { PresenterPose } from './pose.ts';
import { EYE } from './relief.ts';

const WHITE = paint(232, 226, 220);
const PINK = paint(206, 132, 122);
const IRIS_OUTER = paint(58, 92, 104);
const IRIS_INNER = paint(132, 138, 104);
const LIMBUS = paint(22, 34, 42);
const LASH: readonly [number, number, number] = [34, 22, 18];
const LID_SHADE: readonly [number, number, number] = [96, 52, 44];
const IRIS_RADIUS = 0.63;
const PUPIL_RADIUS = 0.235;
const EDGE = 0.045;
/** How far the open lids stand from the line between the corners, cm. */
const UPPER_LID = 0.72;
const LOWER_LID = 0.38;

/** Part of the face in which `eyeColour` paints, for the eye on side −1 or 1: left, top, right, bottom in cm. */
export function eyeBounds(side: number): readonly [number, number, number, number] {
  return [side * EYE.x - 2.1, EYE.y - 1.5, side * EYE.x + 2.1, EYE.y + 0.9];
}

/** Colour of the eye at a point of the face as display values, and its opacity as fourth number, into `out`. */
export function eyeColour(pose: PresenterPose, side: number, x: number, y: number, out: Float32Array): void {
  // u runs outwards from the middle of the eye, v down.
  const u = side * x - EYE.x;
  const v = y - EYE.y + 0.06 * u;
  const t = u / EYE.halfWidth;
  const arch = Math.max(0, 1 - t * t);
  // The highest point of the upper lid lies towards the nose, the lowest of the lower one towards the temple.
  const upper = -UPPER_LID * arch ** 0.72 * (1 - 0.16 * t);
  const lower = LOWER_LID * arch ** 0.8 * (1 + 0.2 * t);
  const lid = mix(upper, lower - 0.04, pose.blink);
  const open = lower - lid;
  const within =
    smoothstep(-EDGE, EDGE, v - lid) *
    smoothstep(EDGE, -EDGE, v - lower) *
    smoothstep(0.02, 0.1, open) *
    (Math.abs(t) < 1 ? 1 : 0);
  const past = smoothstep(1.12, 0.95, Math.abs(t));

  out.fill(0);
  // Crease of the upper lid: it unfolds when the lid falls.
  const crease = -(UPPER_LID + 0.3) * Math.max(0, 1 - (t / 1.12) ** 2) ** 0.62 * (1 - 0.1 * t) + 0.02;
  glaze(out, LID_SHADE, 0.5 * (1 - 0.75 * pose.blink) * past * Math.exp(-(((v - crease) / 0.075) ** 2)));
  glaze(
    out,
    LID_SHADE,
    0.16 * past * smoothstep(-1.25, crease, v) * smoothstep(crease + 0.1, crease - 0.05, v) * (1 - 0.6 * pose.blink),
  );
  if (within > 0) glaze(out, eyeball(pose, side, u, v, lid, lower, t), within);
  // Wet rim of the lower lid, then the lashes: a dark line on the upper lid, thicker outwards, a faint one below.
  glaze(
    out,
    [222, 168, 156],
    0.5 * past * smoothstep(0.3, 0.1, pose.blink) * Math.exp(-(((v - lower) / 0.035) ** 2)) * (Math.abs(t) < 1 ? 1 : 0),
  );
  const thick = 0.06 + 0.045 * smoothstep(-1, 1, t);
  glaze(out, LASH, 0.88 * past * Math.exp(-(((v - lid + thick * 0.5) / thick) ** 2)));
  glaze(out, LASH, 0.9 * lashes(u, v - lid, t, pose.blink));
  glaze(out, LASH, 0.28 * past * Math.exp(-(((v - lower - 0.05) / 0.05) ** 2)) * smoothstep(-0.8, 0.6, t));
}

/** Lays a colour over what `out` already holds. */
function glaze(out: Float32Array, colour: readonly [number, number, number], opacity: number): void {
  const below = out[3] * (1 - opacity);
  const total = opacity + below;
  if (total < 1e-3) return;
  for (let c = 0; c < 3; c++) out[c] = (colour[c] * opacity + out[c] * below) / total;
  out[3] = total;
}

/** Single lashes that curve up and outwards from the upper lid; with the lid shut they hang down. */
function lashes(u: number, above: number, t: number, blink: number): number {
  const length = (0.04 + 0.3 * smoothstep(-0.85, 0.8, t)) * smoothstep(1.1, 0.95, t) * smoothstep(-0.95, -0.7, t);
  const rise = blink > 0.5 ? above : -above;
  if (rise < 0 || rise > length || length <= 0) return 0;
  const along = rise / length;
  const root = u - (0.35 * t + 0.12) * along * along * 0.6;
  const cell = root * 9;
  const i = Math.floor(cell);
  const distance = Math.abs(cell - i - 0.3 - 0.4 * hash(i, 3, 81)) / 9;
  return smoothstep(0.045, 0.012, distance) * (1 - along) ** 0.7;
}

function eyeball(
  pose: PresenterPose,
  side: number,
  u: number,
  v: number,
  lid: number,
  lower: number,
  t: number,
): [number, number, number] {
  // The gaze moves both irises the same way in the picture.
  const gx = u - side * pose.gazeX + 0.06;
  const gy = v - pose.gazeY + 0.1;
  const radius = Math.hypot(gx, gy);
  const vein = valueNoise(u * 5, v * 14, 82);
  let colour: Rgb = mix3(WHITE, PINK, 0.16 * t * t + 0.1 * vein * Math.abs(t));
  colour = mix3(colour, PINK, 0.85 * smoothstep(-0.8, -0.97, t));
  // A ball turns away from the light at its sides.
  const round = 1 - 0.3 * t * t - 0.08 * side * t;
  const angle = Math.atan2(gy, gx);
  const fibre = valueNoise(angle * 9 + 40, radius * 3, 83) * 0.6 + valueNoise(angle * 23 + 80, radius * 5, 84) * 0.4;
  let iris = mix3(IRIS_INNER, IRIS_OUTER, smoothstep(PUPIL_RADIUS, IRIS_RADIUS * 0.8, radius + (fibre - 0.5) * 0.16));
  // Light that enters from the upper left leaves through the lower right of the iris.
  const caustic = 0.75 + 0.6 * smoothstep(-0.1, 0.5, side * gx * 0.6 + gy * 0.8) * smoothstep(0.1, 0.5, radius);
  iris = mix3(
    [iris[0] * caustic, iris[1] * caustic, iris[2] * caustic],
    LIMBUS,
    smoothstep(IRIS_RADIUS * 0.74, IRIS_RADIUS, radius) * 0.85,
  );
  iris = mix3(iris, [0.004, 0.004, 0.005], smoothstep(PUPIL_RADIUS + EDGE, PUPIL_RADIUS - EDGE, radius));
  colour = mix3(colour, iris, smoothstep(IRIS_RADIUS + EDGE * 1.4, IRIS_RADIUS - EDGE * 1.4, radius));
  // The upper lid's shadow, and the lower lid's.
  const shade = round * mix(0.42, 1, smoothstep(0, 0.36, v - lid)) * mix(0.82, 1, smoothstep(0, 0.15, lower - v));
  const px = side * gx;
  const catchLight =
    smoothstep(0.15, 0.08, Math.hypot((px + 0.2) / 1, (gy + 0.2) / 1.15)) +
    0.35 * smoothstep(0.1, 0.03, Math.hypot(px - 0.24, gy - 0.2));
  const wet = 0.9 * catchLight + 0.03;
  return [
    display(colour[0] * shade * 0.86 + wet),
    display(colour[1] * shade * 0.86 + wet),
    display(colour[2] * shade * 0.88 + wet),
  ];
}
