import { smoothstep } from './noise.ts';

/**
 * The head's surface as a height over the picture plane. All lengths of the presenter are centimetres of a grown-up's
 * head: x to the right of the picture, y down, z towards the camera; the origin lies between nose bridge and nose tip.
 * Places and depths follow the proportions of an average face.
 */
export const EYE = { x: 3.2, y: -2.5, halfWidth: 1.52 } as const;
export const BROW_Y = -4.55;
export const NOSE_BASE_Y = 2.15;
export const MOUTH_Y = 4.35;
export const CHIN_Y = 9.3;
export const CROWN_Y = -12.2;
/** Height of the ears' middle, and how far from the middle of the face they stand. */
export const EAR = { x: 7.4, y: -0.7, halfWidth: 1.25, halfHeight: 2.75 } as const;

/** Half the face's width at eleven heights, crown to chin: [y, half width]. */
const OUTLINE: readonly (readonly [number, number])[] = [
  [CROWN_Y, 0],
  [-11.9, 2.4],
  [-11, 4.7],
  [-9.3, 6.35],
  [-7, 7.15],
  [-4, 7.35],
  [-1, 7.2],
  [2, 6.6],
  [4.4, 5.85],
  [6.2, 4.95],
  [7.7, 3.75],
  [8.65, 2.6],
  [9.15, 1.4],
  [CHIN_Y, 0],
];

/** Half the head's width at height y; 0 outside crown and chin. */
export function halfWidthAt(y: number): number {
  if (y <= CROWN_Y || y >= CHIN_Y) return 0;
  let i = 1;
  while (OUTLINE[i][0] < y) i++;
  const [y0, w0] = OUTLINE[i - 1];
  const [y1, w1] = OUTLINE[i];
  const before = OUTLINE[Math.max(0, i - 2)];
  const after = OUTLINE[Math.min(OUTLINE.length - 1, i + 1)];
  const t = (y - y0) / (y1 - y0);
  // At the ends the outline is a rounded cap: a square root, not a straight line.
  if (i === 1) return w1 * Math.sqrt(t);
  if (i === OUTLINE.length - 1) return w0 * Math.sqrt(1 - t);
  const m0 = ((w1 - before[1]) / (y1 - before[0])) * (y1 - y0);
  const m1 = ((after[1] - w0) / (after[0] - y0)) * (y1 - y0);
  const t2 = t * t;
  const t3 = t2 * t;
  return (2 * t3 - 3 * t2 + 1) * w0 + (t3 - 2 * t2 + t) * m0 + (-2 * t3 + 3 * t2) * w1 + (t3 - t2) * m1;
}

/** A smooth hill or hollow on both sides of the face: centre, spread along and across its axis, height, turn. */
interface Bump {
  readonly x: number;
  readonly y: number;
  readonly spreadX: number;
  readonly spreadY: number;
  readonly height: number;
  readonly turn?: number;
}

const BUMPS: readonly Bump[] = [
  // Sockets, the eyeballs in them, and the bone above.
  { x: 2.9, y: -2.7, spreadX: 1.7, spreadY: 0.95, height: -0.85 },
  { x: 3.2, y: -2.5, spreadX: 1.0, spreadY: 0.72, height: 0.62 },
  { x: 1.55, y: -3.1, spreadX: 0.6, spreadY: 1.0, height: -0.5 },
  { x: 3.1, y: -4.75, spreadX: 1.9, spreadY: 0.62, height: 0.42, turn: -0.12 },
  { x: 2.8, y: -7.2, spreadX: 1.9, spreadY: 1.3, height: 0.22 },
  { x: 6.5, y: -4.6, spreadX: 1.2, spreadY: 1.6, height: -0.35 },
  // Cheeks: the bone, the soft apple, the hollow below.
  { x: 5.0, y: 0.1, spreadX: 1.6, spreadY: 1.0, height: 0.6, turn: -0.35 },
  { x: 3.5, y: 1.5, spreadX: 1.25, spreadY: 1.2, height: 0.4 },
  { x: 4.9, y: 3.6, spreadX: 1.0, spreadY: 1.5, height: -0.4, turn: 0.4 },
  // The fold from nose to mouth, and the muzzle that carries the lips.
  { x: 2.55, y: 2.55, spreadX: 0.3, spreadY: 0.95, height: -0.13, turn: -0.52 },
  { x: 0.9, y: 4.1, spreadX: 1.5, spreadY: 1.35, height: 0.42 },
  { x: 3.05, y: 4.55, spreadX: 0.42, spreadY: 0.6, height: -0.16 },
  { x: 0.42, y: 2.95, spreadX: 0.2, spreadY: 0.5, height: 0.09 },
  // Below the lips, and the chin.
  { x: 0.6, y: 6.15, spreadX: 1.1, spreadY: 0.42, height: -0.26 },
  { x: 0.75, y: 7.75, spreadX: 1.05, spreadY: 0.8, height: 0.36 },
  // Nose: bridge, tip, wings.
  { x: 0, y: -2.2, spreadX: 0.62, spreadY: 1.5, height: 0.75 },
  { x: 0, y: -0.2, spreadX: 0.72, spreadY: 1.35, height: 1.15 },
  { x: 0, y: 1.1, spreadX: 0.86, spreadY: 0.7, height: 1.4 },
  { x: 1.4, y: 1.5, spreadX: 0.46, spreadY: 0.5, height: 0.85 },
  { x: 2.02, y: 1.7, spreadX: 0.22, spreadY: 0.5, height: -0.16 },
];

/** Depth of the face's middle line under the features: forehead, mouth, chin. */
function profile(y: number): number {
  const forehead = (y + 4.5) / 8.5;
  const lower = (y - 1) / 10.5;
  return 5.4 - (y < -4.5 ? forehead * forehead * 4.2 : 0) - (y > 1 ? lower * lower * 2.4 : 0);
}

/** Height of the skin at a point inside the outline. */
export function skinHeight(x: number, y: number): number {
  const half = Math.max(0.05, halfWidthAt(y));
  const across = Math.min(1, Math.abs(x) / half);
  // Flatter than an ellipse in front, turning fast at the sides.
  let z = profile(y) - 6.6 * (1 - (1 - across ** 2.25) ** 0.56) * Math.tanh(half / 3.2);
  const side = Math.abs(x);
  for (const bump of BUMPS) {
    const cos = Math.cos(bump.turn ?? 0);
    const sin = Math.sin(bump.turn ?? 0);
    const dy = y - bump.y;
    const dx = side - bump.x;
    z += bump.height * hill(dx, dy, bump, cos, sin);
    // Near the middle both sides' bumps overlap.
    if (bump.x > 0 && bump.x < 4 * bump.spreadX) z += bump.height * hill(-side - bump.x, dy, bump, cos, sin);
  }
  return z;
}

function hill(dx: number, dy: number, bump: Bump, cos: number, sin: number): number {
  const u = (dx * cos + dy * sin) / bump.spreadX;
  const v = (dy * cos - dx * sin) / bump.spreadY;
  const squared = u * u + v * v;
  return squared > 12 ? 0 : Math.exp(-squared / 2);
}

const SLOPE_STEP = 0.02;

/** How much of a point is head rather than what lies behind; a soft edge of `softness` cm. */
export function headCoverage(x: number, y: number, softness: number): number {
  const half = halfWidthAt(y);
  // The outline's slope turns the distance across into the distance to the edge, so that chin and crown are as soft.
  const slope = half === 0 ? 0 : (halfWidthAt(y + SLOPE_STEP) - halfWidthAt(y - SLOPE_STEP)) / (2 * SLOPE_STEP);
  const inside = half === 0 ? -1 : (half - Math.abs(x)) / Math.hypot(1, slope);
  return smoothstep(-softness / 2, softness / 2, inside);
}

/** Place in the ear: 0 in the middle, 1 at its edge, more outside. */
export function earRadius(x: number, y: number): number {
  const dy = y - EAR.y;
  const dx = Math.abs(x) - EAR.x + dy * 0.14;
  // Narrower at the lobe.
  const width = EAR.halfWidth * (dy > 0 ? 1 - 0.12 * dy : 1);
  return Math.hypot(dx / width, dy / EAR.halfHeight);
}

/** Height of the ear: a rolled rim, a hollow, a small tragus. */
export function earHeight(x: number, y: number): number {
  const r = earRadius(x, y);
  const dx = Math.abs(x) - EAR.x;
  const dy = y - EAR.y;
  const rim = 0.55 * Math.exp(-(((r - 0.8) / 0.16) ** 2));
  const fold = 0.35 * Math.exp(-((Math.hypot(dx / 0.75, (dy + 0.1) / 1.6) - 0.55) ** 2) / 0.03);
  const hollow = -0.8 * Math.exp(-((dx + 0.25) ** 2) / 0.25 - (dy - 0.3) ** 2 / 0.6);
  const lobe = 0.35 * Math.exp(-(dx ** 2) / 0.3 - (dy - 2) ** 2 / 0.4);
  return -2 + rim + fold + hollow + lobe;
}
