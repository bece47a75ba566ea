import { INNER_CORNERS, LOWER_INNER_POINTS, UPPER_INNER_POINTS } from './face-points.ts';

/** Steps of the lips' tables from corner to corner: about a pixel each for a mouth that fills a 720p close-up. */
const STEPS = 96;
/** Beyond the corners upper and lower face fade into each other over a wedge of this slope. */
const WEDGE = 0.9;
/** The height, in pixels, over which the maps of two lips meet that touched in the exemplar too. */
const CONTACT = 1.2;
/** Lips that are closed over an open mouth meet at once: a soft transition would pass through its teeth. */
const HARD_CONTACT = 0.02;

/** Half the width of the line where lips touch, in half widths of the mouth and at least in pixels. */
const CONTACT_WIDTH = 0.028;
const LEAST_CONTACT_WIDTH = 0.9;

/** The space between the lips in one frame, in the mouth's own axes: u along the corners' line, v downwards from it. */
export class Aperture {
  /** Middle between the inner corners, pixels. */
  x = 0;
  y = 0;
  alongX = 1;
  alongY = 0;
  /** Half the distance of the inner corners, pixels. */
  half = 1;
  /** Mean height of the opening along its middle half, pixels. */
  height = 0;
  readonly #upper = new Float32Array(STEPS + 1);
  readonly #lower = new Float32Array(STEPS + 1);

  /** Reads the opening from kept points in pixels. */
  set(shape: ArrayLike<number>): void {
    const right = INNER_CORNERS[0] * 3;
    const left = INNER_CORNERS[1] * 3;
    const dx = shape[left] - shape[right];
    const dy = shape[left + 1] - shape[right + 1];
    const width = Math.max(Math.hypot(dx, dy), 1);
    this.x = (shape[left] + shape[right]) / 2;
    this.y = (shape[left + 1] + shape[right + 1]) / 2;
    this.alongX = dx / width;
    this.alongY = dy / width;
    this.half = width / 2;
    this.#fill(shape, UPPER_INNER_POINTS, this.#upper);
    this.#fill(shape, LOWER_INNER_POINTS, this.#lower);
    let sum = 0;
    for (let i = 0; i <= STEPS; i++) {
      // Pressed lips cross; the contact lies between.
      if (this.#lower[i] < this.#upper[i]) this.#lower[i] = this.#upper[i] = (this.#lower[i] + this.#upper[i]) / 2;
      if (i >= STEPS / 4 && i <= (STEPS * 3) / 4) sum += this.#lower[i] - this.#upper[i];
    }
    this.height = sum / (STEPS / 2 + 1);
  }

  u(x: number, y: number): number {
    return (x - this.x) * this.alongX + (y - this.y) * this.alongY;
  }

  v(x: number, y: number): number {
    return (y - this.y) * this.alongX - (x - this.x) * this.alongY;
  }

  /** The upper lip's inner edge at `u`, as v. */
  upperAt(u: number): number {
    return valueAt(this.#upper, u / this.half);
  }

  lowerAt(u: number): number {
    return valueAt(this.#lower, u / this.half);
  }

  /**
   * To which side a point belongs: 0 the upper lip and the skull, 1 the lower lip and the jaw, in between the space of the
   * mouth. `stretch` is this opening's height over the one that is shown in it: near either lip the picture keeps its scale
   * (teeth neither grow nor shrink), and the dark middle gives or takes the difference.
   */
  side(u: number, v: number, stretch: number): number {
    const beyond = Math.abs(u) - this.half;
    const upper = this.upperAt(u);
    const lower = this.lowerAt(u);
    const contact = stretch < 1 ? HARD_CONTACT + (CONTACT - HARD_CONTACT) * stretch * stretch : CONTACT;
    const gap = Math.max(contact, lower - upper) + (beyond > 0 ? beyond * WEDGE * 2 : 0);
    const t = (v - (upper + lower) / 2) / gap + 0.5;
    if (t <= 0) return 0;
    if (t >= 1) return 1;
    // Its slope is `stretch` at both ends and 2 − `stretch` in the middle: rising as long as 0 < stretch < 2.
    return t + ((stretch - 1) * Math.sin(t * 2 * Math.PI)) / (2 * Math.PI);
  }

  /** How much of the line that touching lips draw lies on a point: 1 on it, 0 beside it. */
  contactShade(u: number, v: number): number {
    const along = Math.max(0, Math.abs(u) - this.half);
    const distance = Math.hypot(v - (this.upperAt(u) + this.lowerAt(u)) / 2, along);
    const far = distance / Math.max(LEAST_CONTACT_WIDTH, this.half * CONTACT_WIDTH);
    return far > 3 ? 0 : Math.exp(-far * far);
  }

  #fill(shape: ArrayLike<number>, contour: readonly number[], table: Float32Array): void {
    let segment = 0;
    for (let i = 0; i <= STEPS; i++) {
      const u = ((i / STEPS) * 2 - 1) * this.half;
      while (segment < contour.length - 2 && this.#uOf(shape, contour[segment + 1]) < u) segment++;
      const from = contour[segment];
      const to = contour[segment + 1];
      const start = this.#uOf(shape, from);
      const span = this.#uOf(shape, to) - start;
      const t = span > 0 ? Math.max(0, Math.min(1, (u - start) / span)) : 0;
      const a = this.#vOf(shape, from);
      table[i] = a + (this.#vOf(shape, to) - a) * t;
    }
    smooth(table);
  }

  #uOf(shape: ArrayLike<number>, point: number): number {
    return this.u(shape[point * 3], shape[point * 3 + 1]);
  }

  #vOf(shape: ArrayLike<number>, point: number): number {
    return this.v(shape[point * 3], shape[point * 3 + 1]);
  }
}

function valueAt(table: Float32Array, along: number): number {
  const at = (along < -1 ? 0 : along > 1 ? 1 : (along + 1) / 2) * STEPS;
  const i = at >= STEPS ? STEPS - 1 : at | 0;
  return table[i] + (table[i + 1] - table[i]) * (at - i);
}

/** Rounds the corners that eleven points leave in the line; its ends stay. */
function smooth(table: Float32Array): void {
  for (let pass = 0; pass < 6; pass++) {
    let before = table[0];
    for (let i = 1; i < STEPS; i++) {
      const here = table[i];
      table[i] = (before + 2 * here + table[i + 1]) / 4;
      before = here;
    }
  }
}
