import { mix } from './noise.ts';

/** Linear red, green, blue. */
export type Rgb = readonly [number, number, number];

interface Lamp {
  readonly direction: Rgb;
  readonly colour: Rgb;
}

/** A window on the left, a wall on the right that answers it, a lamp behind: the usual three lights of a portrait. */
export const KEY: Lamp = { direction: unit(-0.5, -0.52, 0.72), colour: [1.16, 1.08, 0.98] };
const FILL: Lamp = { direction: unit(0.8, -0.05, 0.6), colour: [0.27, 0.29, 0.34] };
const RIM: Lamp = { direction: unit(0.93, -0.3, -0.2), colour: [0.75, 0.68, 0.6] };
const SKY: Rgb = [0.27, 0.28, 0.31];
const GROUND: Rgb = [0.16, 0.13, 0.12];
const HALF_VECTOR = unit(KEY.direction[0], KEY.direction[1], KEY.direction[2] + 1);
const FILL_HALF_VECTOR = unit(FILL.direction[0], FILL.direction[1], FILL.direction[2] + 1);

export interface Surface {
  /** Unit normal of the shape with its fine detail. */
  readonly nx: number;
  readonly ny: number;
  readonly nz: number;
  /** 0 where nothing of the sky is seen, 1 in the open. */
  readonly openness: number;
  /** 0 in the key light's shadow, 1 outside. */
  readonly lit: number;
  /** Strength of the highlight, and its sharpness (Blinn-Phong exponent). */
  readonly gloss: number;
  readonly sharpness: number;
  /** How far light creeps around the form before it leaves again: per colour, 0 for stone. Red creeps furthest in skin. */
  readonly wrap: Rgb;
}

/** Light that a surface of the given colour sends to the camera; linear, into `out`. */
export function shade(albedo: Rgb, surface: Surface, out: Float32Array): void {
  const { nx, ny, nz } = surface;
  const key = dot(nx, ny, nz, KEY.direction);
  const fill = Math.max(0, dot(nx, ny, nz, FILL.direction));
  const rim = Math.max(0, dot(nx, ny, nz, RIM.direction)) * (1 - nz) ** 1.5;
  const up = 0.5 - 0.5 * ny;
  const half = Math.max(0, dot(nx, ny, nz, HALF_VECTOR));
  const fillHalf = Math.max(0, dot(nx, ny, nz, FILL_HALF_VECTOR));
  // Fresnel (Schlick): surfaces shine more where they turn away.
  const fresnel = 1 + 2.5 * (1 - Math.max(0, nz)) ** 3;
  const shine =
    surface.gloss *
    fresnel *
    (half ** surface.sharpness * surface.lit + 0.22 * fillHalf ** surface.sharpness + 0.25 * half ** 8 * surface.lit);
  for (let c = 0; c < 3; c++) {
    const wrap = surface.wrap[c];
    const wrapped = Math.max(0, (key + wrap) / (1 + wrap));
    // A shadow on skin is never hard: the same creeping light fills its edge with red.
    const lit = mix(surface.lit, Math.sqrt(surface.lit), wrap);
    const ambient = mix(GROUND[c], SKY[c], up) * surface.openness;
    const diffuse =
      KEY.colour[c] * wrapped ** (1 + wrap * 0.6) * lit +
      FILL.colour[c] * fill * (0.4 + 0.6 * surface.openness) +
      RIM.colour[c] * rim +
      ambient;
    out[c] = albedo[c] * diffuse + KEY.colour[c] * shine;
  }
}

/** Linear light to a display value from 0 to 255, with a soft shoulder instead of clipping. */
export function display(linear: number): number {
  const exposed = Math.max(0, linear) * 1.12;
  const toned = exposed < 0.6 ? exposed : 0.6 + 0.4 * (1 - Math.exp(-(exposed - 0.6) / 0.4));
  return 255 * toned ** (1 / 2.2);
}

/** A display colour (0 to 255, as in any paint program) as linear light. */
export function paint(red: number, green: number, blue: number): Rgb {
  return [(red / 255) ** 2.2, (green / 255) ** 2.2, (blue / 255) ** 2.2];
}

export function unit(x: number, y: number, z: number): Rgb {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function dot(x: number, y: number, z: number, v: Rgb): number {
  return x * v[0] + y * v[1] + z * v[2];
}

export function mix3(a: Rgb, b: Rgb, amount: number): Rgb {
  const t = Math.min(1, Math.max(0, amount));
  return [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];
}
