import { display, mix3, paint, type Rgb, shade } from './light.ts';
import { curveAt, type LipOutline } from './lip-outline.ts';
import { mix, smoothstep, valueNoise } from './noise.ts';
import { MOUTH_Y } from './relief.ts';

const UPPER_LIP = paint(176, 98, 90);
const LOWER_LIP = paint(194, 116, 106);
const WET = paint(150, 52, 54);
const CAVITY = paint(46, 12, 14);
const THROAT = paint(14, 4, 5);
const ENAMEL = paint(236, 230, 216);
const GUM = paint(176, 84, 84);
const TONGUE = paint(188, 92, 92);
const LIP_WRAP: Rgb = [0.4, 0.2, 0.16];
/** Edges of the upper teeth from the middle outwards, cm: incisors, canine, premolars. */
const TOOTH_EDGES = [0, 0.43, 0.76, 1.1, 1.42, 1.72, 2.0];
/** Half the blur of every edge in cm: about one pixel at 720 lines. */
const EDGE = 0.045;

const light = new Float32Array(3);

/** Colour of the mouth at a point of the face (cm) as display values, and its opacity as fourth number, into `out`. */
export function mouthColour(lips: LipOutline, x: number, y: number, out: Float32Array): void {
  const upperOuter = curveAt(lips, lips.upperOuter, x);
  const upperInner = curveAt(lips, lips.upperInner, x);
  const lowerInner = curveAt(lips, lips.lowerInner, x);
  const lowerOuter = curveAt(lips, lips.lowerOuter, x);
  const beyond = Math.abs(x) - lips.halfWidth;
  const corner = smoothstep(0.06, -0.12, beyond);
  const lip =
    corner * smoothstep(-EDGE * 2.5, EDGE * 2.5, y - upperOuter) * smoothstep(EDGE * 4, -EDGE * 4, y - lowerOuter);
  const shadow = shadowOnSkin(lips, x, y, lowerOuter);
  if (lip <= 0) {
    out[0] = 62;
    out[1] = 26;
    out[2] = 22;
    out[3] = shadow;
    return;
  }
  const gap = lowerInner - upperInner;
  const inside =
    smoothstep(-EDGE, EDGE, y - upperInner) * smoothstep(EDGE, -EDGE, y - lowerInner) * smoothstep(0.01, 0.08, gap);
  let red = 0;
  let green = 0;
  let blue = 0;
  if (inside < 1) {
    if (y < (upperInner + lowerInner) / 2)
      upperLip(lips, x, (y - upperOuter) / Math.max(0.05, upperInner - upperOuter), y);
    else lowerLip(lips, x, Math.max(0, (y - lowerInner) / Math.max(0.05, lowerOuter - lowerInner)), y);
    // Lips that touch leave a dark line, the darker the firmer.
    const seam =
      Math.exp(-(((y - (upperInner + lowerInner) / 2) / (0.055 + gap / 2)) ** 2)) * (0.62 + 0.2 * lips.pose.closure);
    const dim = 1 - seam * smoothstep(0.2, 0.02, gap) - 0.35 * smoothstep(-0.5, 0.02, beyond);
    red = display(light[0] * dim);
    green = display(light[1] * dim);
    blue = display(light[2] * dim);
  }
  if (inside > 0) {
    cavity(lips, x, y, upperInner, lowerInner);
    red = mix(red, display(light[0]), inside);
    green = mix(green, display(light[1]), inside);
    blue = mix(blue, display(light[2]), inside);
  }
  const alpha = lip + shadow * (1 - lip);
  out[0] = mix(62, red, lip / alpha);
  out[1] = mix(26, green, lip / alpha);
  out[2] = mix(22, blue, lip / alpha);
  out[3] = alpha;
}

/** Shade in the groove under the lower lip and in the corners. */
function shadowOnSkin(lips: LipOutline, x: number, y: number, lowerOuter: number): number {
  const t = x / lips.halfWidth;
  const under = 0.3 * Math.exp(-(((y - lowerOuter - 0.14) / 0.26) ** 2)) * Math.max(0, 1 - t * t) ** 0.7;
  const dx = Math.abs(x) - lips.halfWidth - 0.02;
  const corner = 0.34 * Math.exp(-((dx / 0.16) ** 2) - ((y - lips.cornerY) / 0.13) ** 2);
  // Spread lips press a fold into the cheek.
  const fold =
    Math.max(0, lips.pose.width) *
    0.22 *
    Math.exp(-(((dx - 0.42 + 0.1 * (y - lips.cornerY) ** 2) / 0.16) ** 2) - ((y - lips.cornerY) / 0.7) ** 2);
  return Math.min(0.6, under * (y > lowerOuter - 0.1 ? 1 : 0) + corner + fold);
}

function upperLip(lips: LipOutline, x: number, v: number, y: number): void {
  const t = x / lips.halfWidth;
  const crease = (valueNoise(x * 9, y * 1.5, 71) - 0.5) * 0.22;
  const middle = Math.exp(-((t / 0.16) ** 2));
  lipLight(
    mix3(mix3(UPPER_LIP, WET, 0.75 * smoothstep(0.72, 1, v)), LOWER_LIP, 0.2 * middle),
    0.62 * t + crease,
    mix(-0.12, 0.72, v) - 0.1 * middle,
    0.05,
  );
}

function lowerLip(lips: LipOutline, x: number, v: number, y: number): void {
  const t = x / lips.halfWidth;
  const crease = (valueNoise(x * 8, y * 1.2, 72) - 0.5) * 0.3;
  const colour = mix3(LOWER_LIP, WET, 0.8 * smoothstep(0.22, 0, v) + 0.2 * t * t);
  const pout = 1 + 0.3 * Math.max(0, -lips.pose.width);
  lipLight(colour, 0.62 * t + crease, mix(-0.72, 0.62, v ** 0.9) * pout, 0.13);
}

function lipLight(albedo: Rgb, nx: number, ny: number, gloss: number): void {
  const nz = Math.sqrt(Math.max(0.1, 1 - nx * nx - ny * ny));
  const length = Math.hypot(nx, ny, nz);
  const surface = {
    nx: nx / length,
    ny: ny / length,
    nz: nz / length,
    openness: 0.9,
    lit: 1,
    gloss,
    sharpness: 34,
    wrap: LIP_WRAP,
  };
  shade(albedo, surface, light);
}

/** Teeth, tongue and the dark behind them. */
function cavity(lips: LipOutline, x: number, y: number, upperInner: number, lowerInner: number): void {
  const t = x / lips.halfWidth;
  const depth = smoothstep(0, 0.9, y - upperInner) * (1 - t * t);
  let colour = mix3(CAVITY, THROAT, depth);
  const floor = MOUTH_Y + lips.jawDrop;
  // The tongue lies behind the lower teeth and rises to the upper ones when asked.
  const rise = lips.pose.tongue;
  const tongueTop = mix(floor - 0.12 - 0.2 * lips.gap, MOUTH_Y + 0.22, rise * 0.85);
  const tongueHalf = 1.45 - 0.35 * rise;
  const dome = tongueTop + 0.5 * (x / tongueHalf) ** 2 + 0.06 * Math.exp(-((x / 0.12) ** 2));
  const tongue = smoothstep(-0.09, 0.09, y - dome) * smoothstep(tongueHalf + 0.3, tongueHalf - 0.2, Math.abs(x));
  const tongueLight =
    0.32 + 0.5 * Math.exp(-(((y - dome - 0.3) / 0.35) ** 2)) * Math.min(1, lips.gap / 1.2 + rise * 0.5);
  colour = mix3(colour, dimmed(TONGUE, tongueLight), tongue);
  const lower = floor - 0.1 + 0.1 * x * x;
  const lowerTeeth =
    smoothstep(-EDGE, EDGE, y - lower) * smoothstep(1.75, 1.4, Math.abs(x)) * smoothstep(0.5, 1.1, lips.gap);
  colour = mix3(colour, tooth(x * 1.25, 0.5 + 0.2 * (y - lower), 0.42), lowerTeeth);
  // The upper teeth hang from the skull: the lip that rises bares more of them.
  const edge = MOUTH_Y + 0.24 - 0.3 * Math.max(0, -lips.pose.width) - 0.075 * x * x + toothTip(Math.abs(x));
  const half = 2.05;
  const upperTeeth = smoothstep(EDGE, -EDGE, y - edge) * smoothstep(half, half - 0.25, Math.abs(x));
  const underLip = smoothstep(-0.05, 0.34, y - upperInner);
  const brightness =
    mix(0.5, 0.98, underLip) *
    (1 - 0.6 * smoothstep(0.5, 2, Math.abs(x))) *
    mix(0.8, 1, smoothstep(0.1, 0.5, lips.gap));
  const gums = smoothstep(MOUTH_Y - 0.72, MOUTH_Y - 0.8, y);
  colour = mix3(colour, mix3(tooth(x, (edge - y) / 0.9, brightness), dimmed(GUM, 0.5), gums), upperTeeth);
  // The lips' own shade on everything behind them.
  const shade01 = 1 - 0.45 * smoothstep(0.2, 0, lowerInner - y) - 0.5 * smoothstep(0.75, 1, Math.abs(t));
  for (let c = 0; c < 3; c++) light[c] = colour[c] * shade01;
}

/** Each tooth's edge is a little round. */
function toothTip(side: number): number {
  const i = toothAt(side);
  const middle = (TOOTH_EDGES[i] + TOOTH_EDGES[i + 1]) / 2;
  const half = (TOOTH_EDGES[i + 1] - TOOTH_EDGES[i]) / 2;
  return (i === 1 ? -0.05 : 0) - 0.05 * ((side - middle) / half) ** 4;
}

function toothAt(side: number): number {
  let i = 0;
  while (i < TOOTH_EDGES.length - 2 && side > TOOTH_EDGES[i + 1]) i++;
  return i;
}

function tooth(x: number, upward: number, brightness: number): Rgb {
  const side = Math.abs(x);
  const i = toothAt(side);
  const toEdge = Math.min(side - TOOTH_EDGES[i], TOOTH_EDGES[i + 1] - side);
  const gapLine = 1 - 0.3 * smoothstep(0.05, 0, Math.abs(toEdge)) * smoothstep(-0.1, 0.3, upward);
  const level = brightness * gapLine * (0.93 + 0.14 * valueNoise(i * 3.7 + Math.sign(x), 0.5, 73));
  return [ENAMEL[0] * level, ENAMEL[1] * level * 0.985, ENAMEL[2] * level * (0.97 - 0.1 * upward)];
}

function dimmed(colour: Rgb, level: number): Rgb {
  return [colour[0] * level, colour[1] * level, colour[2] * level];
}
