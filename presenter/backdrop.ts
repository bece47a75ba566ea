import { createLayer, type Layer, over } from './layer.ts';
import { display, mix3, paint, type Rgb, shade } from './light.ts';
import { fractalNoise, mix, randomStream, smoothstep, valueNoise } from './noise.ts';
import { CHIN_Y } from './relief.ts';

const WALL_LIGHT = paint(150, 176, 180);
const WALL_DARK = paint(44, 62, 76);
const WARM = paint(255, 196, 128);
const SKIN = paint(216, 158, 132);
const SWEATER = paint(38, 92, 104);
const SHIRT = paint(226, 226, 220);
const CLOTH_WRAP: Rgb = [0.12, 0.12, 0.12];
const NECK_WRAP: Rgb = [0.42, 0.24, 0.17];

/** A room far out of focus: a bright window side on the left, a darker right with a few warm lights. */
export function createRoom(left: number, top: number, right: number, bottom: number, pixelsPerCm: number): Layer {
  const layer = createLayer(left, top, right, bottom, pixelsPerCm);
  const random = randomStream(5);
  const lights = Array.from({ length: 13 }, () => ({
    x: 4 + 18 * random() - (random() < 0.25 ? 24 : 0),
    y: -14 + 15 * random(),
    radius: 0.8 + 1.3 * random(),
    strength: 0.06 + 0.16 * random(),
  }));
  for (let row = 0; row < layer.height; row++) {
    for (let column = 0; column < layer.width; column++) {
      const x = left + column / pixelsPerCm;
      const y = top + row / pixelsPerCm;
      const window = Math.exp(-(((x + 17) / 9) ** 2) - ((y + 5) / 15) ** 2);
      const glow = Math.exp(-((x / 12) ** 2) - ((y + 2) / 13) ** 2);
      let colour = mix3(WALL_DARK, WALL_LIGHT, 0.16 + 0.62 * window + 0.3 * glow - 0.012 * y);
      const shelf = smoothstep(9.5, 10.8, x) * smoothstep(-9.5, -8.5, y) * 0.35;
      colour = mix3(colour, WALL_DARK, shelf * (0.6 + 0.4 * Math.sin(y * 1.1)));
      for (const light of lights) {
        const distance = Math.hypot(x - light.x, y - light.y) / light.radius;
        // Out of focus a point becomes a disc with a slightly brighter edge.
        const disc = smoothstep(1.08, 0.92, distance) * (0.75 + 0.25 * distance * distance) * light.strength;
        colour = [colour[0] + WARM[0] * disc, colour[1] + WARM[1] * disc, colour[2] + WARM[2] * disc];
      }
      over(layer, row * layer.width + column, display(colour[0]), display(colour[1]), display(colour[2]), 1);
    }
  }
  return layer;
}

/** The sweater's neckline: height at its sides, depth of its curve, half its width; and the width of its knitted band. */
const COLLAR = { y: 12.7, depth: 1.75, halfWidth: 5.15, band: 0.85 } as const;

/** How far a point lies below the upper edge of the clothes, cm. */
function belowEdge(x: number, y: number): number {
  const side = Math.abs(x);
  if (side < COLLAR.halfWidth) {
    return y - COLLAR.y - COLLAR.depth * Math.sqrt(1 - (side / COLLAR.halfWidth) ** 2);
  }
  const slope = side - COLLAR.halfWidth;
  return y - COLLAR.y - 0.27 * slope - 0.0065 * slope ** 2.25 + 0.12 * Math.sin(Math.min(Math.PI, slope / 2));
}

function neckHalfWidth(y: number): number {
  return 4.85 + 0.4 * Math.exp(-(((y - 6) / 3) ** 2)) + 0.13 * Math.max(0, y - 10.6) ** 1.6;
}

/** Neck, shoulders and clothes. */
export function createBodyLayer(left: number, right: number, bottom: number, pixelsPerCm: number): Layer {
  const layer = createLayer(left, 2, right, bottom + 1, pixelsPerCm);
  const light = new Float32Array(3);
  const edge = 0.8 / pixelsPerCm;
  const put = (at: number, alpha: number) =>
    over(layer, at, display(light[0]), display(light[1]), display(light[2]), alpha);
  for (let row = 0; row < layer.height; row++) {
    const y = layer.top + row / pixelsPerCm;
    for (let column = 0; column < layer.width; column++) {
      const x = layer.left + column / pixelsPerCm;
      const at = row * layer.width + column;
      const neck = smoothstep(edge, -edge, Math.abs(x) - neckHalfWidth(y)) * (y < 16 ? 1 : 0);
      if (neck > 0) {
        neckLight(x, y, light);
        put(at, neck);
      }
      const below = belowEdge(x, y);
      // A shirt shows as a thin ring inside the sweater's neckline.
      const shirt = smoothstep(-0.36 - edge, -0.36 + edge, below) * smoothstep(5.13, 5.05, Math.abs(x));
      if (shirt > 0) {
        clothLight(x, y, below + 0.36, SHIRT, light);
        put(at, shirt);
      }
      const sweater = smoothstep(-edge, edge, below);
      if (sweater > 0) {
        clothLight(x, y, below, SWEATER, light);
        put(at, sweater);
      }
    }
  }
  return layer;
}

function neckLight(x: number, y: number, light: Float32Array): void {
  const across = Math.max(-0.98, Math.min(0.98, x / neckHalfWidth(y)));
  // Two cords run from behind the ears to the pit between the collar bones.
  const cord = (s: number) => Math.exp(-(((x - s * (3.4 - 0.36 * (y - 8))) / 0.55) ** 2));
  const cords = cord(-1) + cord(1);
  const pit = Math.exp(-((x / 0.9) ** 2) - ((y - 13.2) / 0.9) ** 2);
  const apple = Math.exp(-((x / 0.75) ** 2) - ((y - 11) / 0.8) ** 2);
  const nx = across * 0.95 + 0.24 * (cord(1) - cord(-1)) + apple * x * 0.22;
  const ny = -0.08 + pit * 0.25 + apple * (y - 11) * 0.18;
  const nz = Math.sqrt(Math.max(0.05, 1 - nx * nx - ny * ny));
  // The chin keeps the key light from the upper neck, its shadow falls to the right.
  const shadowEdge = CHIN_Y + 2.3 - 0.09 * (x - 1.3) ** 2;
  const lit = smoothstep(shadowEdge - 0.7, shadowEdge + 1.1, y - 0.18 * Math.max(0, -x - 2));
  const openness = mix(0.18, 1, smoothstep(CHIN_Y - 1.5, CHIN_Y + 3.6, y)) * (1 - 0.35 * pit);
  const inCollar = 1 - 0.5 * smoothstep(-1.6, -0.2, belowEdge(x, y));
  const turned = 1 - 0.45 * across * across;
  const mottled = fractalNoise(x, y, 3, 41) - 0.5;
  const albedo: Rgb = [SKIN[0] * (1 + 0.1 * mottled), SKIN[1] * (1 + 0.02 * mottled + 0.02 * cords), SKIN[2]];
  shade(
    albedo,
    {
      nx,
      ny,
      nz,
      openness: openness * inCollar * turned,
      lit: (0.08 + 0.92 * lit) * inCollar,
      gloss: 0.02,
      sharpness: 16,
      wrap: NECK_WRAP,
    },
    light,
  );
}

function clothLight(x: number, y: number, below: number, cloth: Rgb, light: Float32Array): void {
  const side = Math.abs(x);
  const folds = fractalNoise(x * 0.3 + y * 0.12, y * 0.2, 3, 51) - 0.5;
  const band = side < COLLAR.halfWidth ? smoothstep(COLLAR.band, COLLAR.band - 0.06, below) : 0;
  // Knitted rows: two slanted stitches per loop. The band is a roll with ribs across.
  const loop = Math.sin(y * 21 + Math.abs(((((x * 3.2) % 1) + 1) % 1) - 0.5) * 5) * 0.09;
  const rib = Math.sin(Math.atan2(x, 5) * 70) * 0.16;
  const roll = (below / COLLAR.band - 0.45) * 1.3;
  const nx = mix(Math.sign(x) * Math.min(1, side / 24) ** 1.6 * 0.85 + folds * 1.3 + loop * 0.4, x * 0.09 + rib, band);
  const ny = mix(-0.72 * Math.exp(-below / 1.9) + loop + folds * 0.6 + 0.05, roll, band);
  const nz = Math.sqrt(Math.max(0.1, 1 - nx * nx - ny * ny));
  const length = Math.hypot(nx, ny, nz);
  const groove = side < COLLAR.halfWidth ? 0.35 * Math.exp(-(((below - COLLAR.band - 0.03) / 0.12) ** 2)) : 0;
  const underChin = smoothstep(2.6, 6.5, Math.hypot(x - 1, (y - 11.2) * 1.3));
  const openness = (1 - groove) * mix(0.55, 1, underChin);
  const speck = 0.88 + 0.24 * valueNoise(x * 14, y * 14, 52);
  shade(
    [cloth[0] * speck, cloth[1] * speck, cloth[2] * speck],
    {
      nx: nx / length,
      ny: ny / length,
      nz: nz / length,
      openness,
      lit: openness,
      gloss: 0.006,
      sharpness: 8,
      wrap: CLOTH_WRAP,
    },
    light,
  );
}
