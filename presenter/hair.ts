import { dab, type Layer, over } from './layer.ts';
import { display, type Rgb } from './light.ts';
import { fractalNoise, randomStream, smoothstep, valueNoise } from './noise.ts';
import { BROW_Y } from './relief.ts';

/** Linear colours of a chestnut strand: in the shadow of the others, in the light, in the highlight. */
const DARK: Rgb = [0.012, 0.007, 0.005];
const MIDDLE: Rgb = [0.07, 0.036, 0.02];
const LIGHT: Rgb = [0.3, 0.17, 0.09];
const STRAND_SEED = 77;

/** Upper edge of the hair over the head, and the line on the forehead where it starts. */
function hairTop(x: number): number {
  const t = Math.min(1, Math.abs(x + 0.2) / 7.9);
  return -6 - 8 * Math.sqrt(Math.max(0, 1 - t ** 2.3)) + 0.22 * Math.sin(x * 0.8 + 1.2);
}

function hairLine(x: number): number {
  const side = Math.abs(x);
  const forehead = -8.35 + 0.28 * Math.exp(-(((x + 0.6) / 1.6) ** 2)) + 0.3 * (valueNoise(x * 5, 0.5, 60) - 0.5);
  return forehead + (side / 5.1) ** 3.2 + 3.4 * smoothstep(5.9, 7.1, side);
}

/** 1 inside the hair, 0 outside, soft between. */
function hairCoverage(x: number, y: number): number {
  const side = Math.abs(x);
  const above = smoothstep(hairTop(x) - 0.25, hairTop(x) + 0.35, y);
  // The sideburns thin out.
  const soft = 0.35 + 0.9 * smoothstep(5.8, 6.8, side);
  const line = hairLine(x + Math.sign(x) * 0.28 * (valueNoise(y * 2.4, 1.5, 62) - 0.5));
  const below = smoothstep(line + soft, line - 0.3, y);
  const outside = smoothstep(7.95, 7.5, side + 0.07 * Math.max(0, y + 5) ** 1.5);
  return above * below * outside;
}

/** Paints hair and brows over the head's layer. */
export function growHair(layer: Layer): void {
  fillMass(layer);
  const random = randomStream(STRAND_SEED);
  const strands = 5200;
  for (let i = 0; i < strands; i++) {
    // From the crown to the forehead, so that the front lies on top.
    const y = -14.6 + 13.2 * ((i + random()) / strands);
    const x = (random() * 2 - 1) * 8.4;
    if (hairCoverage(x, y) > 0.35) growStrand(layer, x, y, random);
  }
  growFringe(layer, random);
  for (const side of [-1, 1]) growBrow(layer, side, random);
}

function fillMass(layer: Layer): void {
  for (let row = 0; row < layer.height; row++) {
    const y = layer.top + row / layer.pixelsPerCm;
    if (y > 0.5) break;
    for (let column = 0; column < layer.width; column++) {
      const x = layer.left + column / layer.pixelsPerCm;
      const coverage = hairCoverage(x, y);
      if (coverage === 0) continue;
      const glow = 0.25 + 0.5 * sheen(x, y);
      const ragged = smoothstep(0.25, 0.75, coverage + 0.4 * (valueNoise(x * 9, y * 5, 61) - 0.5));
      over(
        layer,
        row * layer.width + column,
        display(DARK[0] + MIDDLE[0] * glow),
        display(DARK[1] + MIDDLE[1] * glow),
        display(DARK[2] + MIDDLE[2] * glow),
        ragged,
      );
    }
  }
}

/** Where the key light glides over the rounded hair: a band on the upper left, a weaker one at the right edge. */
function sheen(x: number, y: number): number {
  const band = Math.exp(-(((x + 3.2) / 3.6) ** 2 + ((y + 11.4 - 0.06 * (x + 3) ** 2) / 1.15) ** 2));
  const sideLeft = 0.5 * Math.exp(-(((x + 7) / 0.7) ** 2 + ((y + 7) / 2.2) ** 2));
  const rim = 0.75 * Math.exp(-(((x - 7.6) / 0.6) ** 2 + ((y + 8) / 3) ** 2));
  return Math.min(1, band + sideLeft + rim + 0.12);
}

/** Which way the hair is combed at a place, as an angle: from a parting on the left over to the right, down at the sides. */
function combed(x: number, y: number): number {
  const parting = -3.4;
  const top = x > parting ? -1.35 + 0.27 * (x - parting) : -1.9 - 0.5 * (parting - x);
  const sides = x > 0 ? 1.45 : Math.PI - 1.45;
  const atSide = smoothstep(6.0, 7.3, Math.abs(x)) * smoothstep(-10.5, -8, y);
  const wanted = x > parting ? top : top - 0.2;
  return x > 0 ? wanted * (1 - atSide) + sides * atSide : wanted * (1 - atSide) + (sides - 2 * Math.PI) * atSide;
}

function growStrand(layer: Layer, startX: number, startY: number, random: () => number): void {
  let x = startX;
  let y = startY;
  const atSide = smoothstep(5.8, 7.2, Math.abs(x)) * smoothstep(-10, -8, y);
  const length = (1.3 + 1.9 * random()) * (1 - 0.55 * atSide);
  const step = 0.7 / layer.pixelsPerCm;
  const steps = Math.ceil(length / step);
  const tone = random() * random();
  const stray = (random() - 0.5) * 0.35;
  const width = (0.018 + 0.02 * random()) * layer.pixelsPerCm;
  for (let i = 0; i < steps; i++) {
    const along = i / steps;
    const clump = fractalNoise(x * 1.4, y * 1.4, 2, 63) - 0.5;
    const angle = combed(x, y) + clump * 0.9 + stray;
    x += Math.cos(angle) * step;
    y += Math.sin(angle) * step;
    const cover = hairCoverage(x, y);
    if (cover < 0.03) break;
    const bright = sheen(x, y) * (0.35 + 0.9 * tone) * (0.6 + 0.8 * valueNoise(x * 2.2, y * 0.9, 64));
    const body = 0.25 + 0.75 * tone;
    const colour = [0, 1, 2].map((c) => display(DARK[c] + MIDDLE[c] * body + LIGHT[c] * bright * 0.85));
    const taper = Math.sin(Math.PI * Math.min(1, 0.12 + along));
    dab(layer, x, y, width * (0.5 + 0.5 * taper), colour, 0.5 * Math.min(1, taper * 1.5) * Math.min(1, cover * 1.6));
  }
}

/** Fine hairs that rise from the forehead, so that the hair doesn't start as a line. */
function growFringe(layer: Layer, random: () => number): void {
  for (let i = 0; i < 1500; i++) {
    let x = (random() * 2 - 1) * 6.9;
    let y = hairLine(x) + 0.42 - 0.7 * random();
    const length = 0.7 + 1.2 * random();
    const step = 0.6 / layer.pixelsPerCm;
    const steps = Math.ceil(length / step);
    const lean = combed(x, y) * 0.55 - 1.5 * 0.45 + (random() - 0.5) * 0.5;
    const tone = random() * random();
    const colour = [0, 1, 2].map((c) => display(DARK[c] + MIDDLE[c] * (0.3 + tone)));
    for (let s = 0; s < steps; s++) {
      const along = s / steps;
      const angle = lean + (combed(x, y) - lean) * along;
      x += Math.cos(angle) * step;
      y += Math.sin(angle) * step;
      const taper = Math.sin(Math.PI * Math.min(0.96, 0.06 + along));
      dab(layer, x, y, 0.02 * layer.pixelsPerCm * taper + 0.15, colour, 0.42 * taper);
    }
  }
}

function growBrow(layer: Layer, side: number, random: () => number): void {
  const hairs = 420;
  for (let i = 0; i < hairs; i++) {
    // t runs from the nose to the temple.
    const t = random();
    const thickness = 0.36 * smoothstep(-0.25, 0.2, t) * (1 - 0.75 * smoothstep(0.45, 1, t));
    const across = (random() + random() - 1) * thickness;
    let x = 1.35 + 3.75 * t;
    let y = BROW_Y + 0.46 - 0.72 * Math.sin(Math.min(1, t * 0.98) ** 0.85 * 2.35) + 0.42 * t ** 3 + across;
    const fan = -0.95 + 1.05 * smoothstep(0, 0.35, t) + 0.35 * t + (random() - 0.5) * 0.4 + across * 0.9;
    const length = 0.35 + 0.3 * random();
    const step = 0.6 / layer.pixelsPerCm;
    const steps = Math.ceil(length / step);
    const tone = 0.25 + 0.6 * random();
    const colour = [0, 1, 2].map((c) => display(DARK[c] * 1.5 + MIDDLE[c] * tone));
    for (let s = 0; s < steps; s++) {
      const taper = 1 - s / steps;
      dab(layer, side * x, y, 0.024 * layer.pixelsPerCm * (0.4 + 0.6 * taper), colour, 0.5 * (0.3 + 0.7 * taper));
      x += Math.cos(fan) * step;
      y += Math.sin(fan) * step;
    }
  }
}
