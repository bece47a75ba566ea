import { blur, createLayer, type Layer, over } from './layer.ts';
import { display, KEY, mix3, paint, type Rgb, shade } from './light.ts';
import { fractalNoise, hash, mix, smoothstep, valueNoise } from './noise.ts';
import { CHIN_Y, EAR, EYE, earHeight, earRadius, headCoverage, skinHeight } from './relief.ts';

const SKIN = paint(226, 172, 146);
const BLUSH = paint(218, 132, 116);
const SHADE_UNDER_EYE = paint(178, 126, 118);
const LID = paint(206, 148, 128);
const STUBBLE = paint(176, 140, 126);
const FRECKLE = paint(176, 112, 84);
const CREASE = paint(134, 66, 56);
const NOSTRIL = paint(70, 26, 24);
/** Skin lets red light travel furthest under its surface, blue least. */
const SUBSURFACE: Rgb = [0.42, 0.24, 0.17];

/** Height of what is neither face nor ear. */
const OUTSIDE = -9;

/** Face and ears without hair, mouth and open eyes, lit once; everything that moves is painted over it later. */
export function createHeadLayer(pixelsPerCm: number): Layer {
  const layer = createLayer(-10.5, -15, 10.5, CHIN_Y + 1, pixelsPerCm);
  const { width, height } = layer;
  const relief = new Float32Array(width * height);
  const isEar = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const y = layer.top + row / pixelsPerCm;
    for (let column = 0; column < width; column++) {
      const x = layer.left + column / pixelsPerCm;
      const at = row * width + column;
      const inFace = headCoverage(x, y, 0.08) > 0.5;
      isEar[at] = !inFace && earRadius(x, y) < 1.15 ? 1 : 0;
      relief[at] = inFace ? skinHeight(x, y) + pores(x, y) : isEar[at] ? earHeight(x, y) : OUTSIDE;
    }
  }
  const soft = blur(relief, width, height, 0.55 * pixelsPerCm);
  const softer = blur(relief, width, height, 0.16 * pixelsPerCm);
  const shadow = blur(castShadow(softer, width, height, pixelsPerCm), width, height, 0.14 * pixelsPerCm);
  const light = new Float32Array(3);
  for (let row = 1; row < height - 1; row++) {
    const y = layer.top + row / pixelsPerCm;
    for (let column = 1; column < width - 1; column++) {
      const x = layer.left + column / pixelsPerCm;
      const at = row * width + column;
      const softness = 1.6 / pixelsPerCm;
      const coverage = Math.max(
        headCoverage(x, y, softness),
        isEar[at] ? smoothstep(1, 1 - softness / EAR.halfWidth, earRadius(x, y)) : 0,
      );
      if (coverage === 0) continue;
      const slope = (step: number) => slopeAt(relief, isEar, at, step) * pixelsPerCm;
      const dx = -slope(1);
      const dy = -slope(width);
      const length = Math.hypot(dx, dy, 1);
      const openness = Math.min(1.1, Math.max(0.35, 1 + (relief[at] - soft[at]) * 0.5));
      shade(
        isEar[at] ? earColour(x, y) : skinColour(x, y),
        {
          nx: dx / length,
          ny: dy / length,
          nz: 1 / length,
          openness: isEar[at] ? openness * 0.85 : openness,
          lit: shadow[at],
          gloss: glossAt(x, y),
          sharpness: 26,
          wrap: SUBSURFACE,
        },
        light,
      );
      over(layer, at, display(light[0]), display(light[1]), display(light[2]), coverage);
    }
  }
  return layer;
}

/** Rise per pixel, not across the cliff between face and ear or at the outline. */
function slopeAt(relief: Float32Array, isEar: Uint8Array, at: number, step: number): number {
  const joined = (other: number) => isEar[other] === isEar[at] && relief[other] > OUTSIDE;
  const ahead = joined(at + step) ? relief[at + step] - relief[at] : undefined;
  const behind = joined(at - step) ? relief[at] - relief[at - step] : undefined;
  if (ahead === undefined) return behind ?? 0;
  return behind === undefined ? ahead : (ahead + behind) / 2;
}

/** Colour of the skin before light falls on it. */
function skinColour(x: number, y: number): Rgb {
  const side = Math.abs(x);
  const spot = (cx: number, cy: number, sx: number, sy: number) =>
    Math.exp(-(((side - cx) / sx) ** 2 + ((y - cy) / sy) ** 2) / 2);
  const mottled = fractalNoise(x * 1.1, y * 1.1, 4, 11);
  let colour = mix3(SKIN, BLUSH, (mottled - 0.5) * 0.5 + 0.08);
  colour = mix3(
    colour,
    BLUSH,
    0.34 * spot(4.1, 1.2, 1.7, 1.3) + 0.42 * spot(0, 1.2, 0.9, 0.7) + 0.3 * spot(1.5, 1.6, 0.4, 0.4),
  );
  colour = mix3(colour, BLUSH, 0.25 * spot(0, 8, 1.4, 0.9) + 0.18 * spot(0, -7, 4, 1.6));
  colour = mix3(colour, SHADE_UNDER_EYE, 0.42 * spot(2.6, -1.35, 1.1, 0.4) + 0.3 * spot(1.65, -2.5, 0.4, 0.7));
  colour = mix3(colour, LID, 0.75 * spot(EYE.x, EYE.y - 0.25, 1.3, 0.7));
  // A shaved chin and lip are a little cooler than the cheeks.
  const beard = smoothstep(3.4, 5.4, y + side * 0.1) * smoothstep(7.3, 5.2, side) + 0.8 * spot(0.9, 3.1, 0.8, 0.45);
  colour = mix3(colour, STUBBLE, Math.min(1, beard) * (0.3 + 0.16 * valueNoise(x * 16, y * 16, 5)));
  colour = mix3(colour, FRECKLE, freckle(x, y) * (spot(3.2, 0.5, 1.8, 0.9) + spot(0, -0.3, 1, 1)));
  colour = mix3(colour, CREASE, 0.34 * wingCrease(side, y) + 0.35 * spot(0, 2.3, 0.9, 0.16));
  const nostril = Math.hypot((side - 0.78) / 0.42, (y - 2.02 + 0.16 * (side - 0.78)) / 0.17);
  return mix3(colour, NOSTRIL, smoothstep(1.35, 0.6, nostril) * 0.95);
}

/** The groove in which the nose's wing meets the cheek: part of an arc around it. */
function wingCrease(side: number, y: number): number {
  const dx = side - 1.32;
  const dy = y - 1.5;
  const arc = Math.exp(-(((Math.hypot(dx / 0.68, dy / 0.72) - 1) / 0.16) ** 2));
  return arc * smoothstep(0.1, 0.5, dx) * smoothstep(-0.75, 0, dy);
}

function earColour(x: number, y: number): Rgb {
  return mix3(SKIN, BLUSH, 0.55 + 0.25 * valueNoise(x * 2, y * 2, 9));
}

/** Fine dimples of the skin, in cm: strongest on nose and cheeks, hardly any on the lids. */
function pores(x: number, y: number): number {
  const nearEye = Math.exp(-(((Math.abs(x) - EYE.x) / 1.6) ** 2 + ((y - EYE.y) / 1) ** 2));
  const fine = fractalNoise(x * 7.5, y * 7.5, 2, 3) - 0.5;
  const coarse = fractalNoise(x * 1.7, y * 1.7, 2, 4) - 0.5;
  const folds = Math.sin(y * 5.2 + 0.5 * Math.sin(x * 1.3)) * Math.exp(-((x / 4) ** 2) - ((y + 7) / 1.2) ** 2);
  return (1 - 0.85 * nearEye) * (fine * 0.016 + coarse * 0.03) + folds * 0.004;
}

/** One spot in some of the cells of a grid, 0 to 0.5. */
function freckle(x: number, y: number): number {
  const scale = 2.6;
  const cx = Math.floor(x * scale);
  const cy = Math.floor(y * scale);
  if (hash(cx, cy, 21) < 0.45) return 0;
  const dx = x * scale - cx - 0.25 - 0.5 * hash(cx, cy, 22);
  const dy = y * scale - cy - 0.25 - 0.5 * hash(cx, cy, 23);
  return 0.45 * hash(cx, cy, 24) * smoothstep(0.22, 0.08, Math.hypot(dx, dy));
}

/** Oil on forehead, nose, cheekbones and chin. */
function glossAt(x: number, y: number): number {
  const side = Math.abs(x);
  const spot = (cx: number, cy: number, sx: number, sy: number) =>
    Math.exp(-(((side - cx) / sx) ** 2 + ((y - cy) / sy) ** 2) / 2);
  const patches =
    spot(0, 0.6, 0.9, 1.6) +
    0.7 * spot(0, -6.6, 3, 1.3) +
    0.7 * spot(4.4, 0.1, 1.4, 0.9) +
    0.4 * spot(0, 7.6, 1.2, 0.7);
  return 0.035 + 0.07 * patches * mix(0.6, 1.3, fractalNoise(x * 6, y * 6, 2, 31));
}

/** How much of the key light reaches each point of a height field, 0 to 1, by walking towards the lamp. */
function castShadow(relief: Float32Array, width: number, height: number, pixelsPerCm: number): Float32Array {
  const [lx, ly, lz] = KEY.direction;
  const across = Math.hypot(lx, ly);
  const lit = new Float32Array(relief.length).fill(1);
  const stepCm = 2 / pixelsPerCm;
  const steps = Math.ceil(4.5 / stepCm);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const start = relief[row * width + column];
      if (start <= OUTSIDE) continue;
      let open = 1;
      for (let s = 2; s < steps; s++) {
        const c = Math.round(column + (lx / across) * s * stepCm * pixelsPerCm);
        const r = Math.round(row + (ly / across) * s * stepCm * pixelsPerCm);
        if (c < 0 || r < 0 || c >= width || r >= height) break;
        const ray = start + (s * stepCm * lz) / across;
        // The lamp is a window: its edge fades the shadow the more, the further the blocker.
        open = Math.min(open, 0.5 + (ray - relief[r * width + c]) / (0.12 + 0.45 * s * stepCm));
        if (open <= 0) break;
      }
      lit[row * width + column] = Math.min(1, Math.max(0, open));
    }
  }
  return lit;
}
