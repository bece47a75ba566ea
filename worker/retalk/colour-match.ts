/** Low-frequency colour of two pictures over a coarse grid of cells, and what carries one to the other. */
export class ColourMatch {
  #columns = 0;
  #rows = 0;
  #size = 1;
  #sums = new Float32Array(0);
  /** Per cell: luma gain, U offset, V offset. */
  #fields = new Float32Array(0);
  #ring: number[] = [];

  /** Starts a picture of `width` × `height` luma pixels with square cells of `size`. */
  begin(width: number, height: number, size: number): void {
    this.#columns = Math.ceil(width / size);
    this.#rows = Math.ceil(height / size);
    this.#size = size;
    const cells = this.#columns * this.#rows;
    if (this.#sums.length < cells * SUMS) {
      this.#sums = new Float32Array(cells * SUMS);
      this.#fields = new Float32Array(cells * 3);
    }
    this.#sums.fill(0, 0, cells * SUMS);
  }

  addLuma(x: number, y: number, patch: number, base: number): void {
    const at = this.#cell(x, y) * SUMS;
    this.#sums[at]++;
    this.#sums[at + 1] += patch - BLACK;
    this.#sums[at + 2] += base - BLACK;
  }

  /** `x`, `y` in luma pixels; `u` and `v` are what the base has more than the patch. */
  addChroma(x: number, y: number, u: number, v: number): void {
    const at = this.#cell(x, y) * SUMS;
    this.#sums[at + 3]++;
    this.#sums[at + 4] += u;
    this.#sums[at + 5] += v;
  }

  /** Spreads what the ring says over all cells, each cell listening most to the ring near it. */
  solve(): void {
    const cells = this.#columns * this.#rows;
    const sums = this.#sums;
    this.#ring = [];
    for (let cell = 0; cell < cells; cell++) if (sums[cell * SUMS] > 0) this.#ring.push(cell);
    let node = 0;
    for (let row = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++) {
        let patch = STRENGTH_OF_NO_CHANGE;
        let base = STRENGTH_OF_NO_CHANGE;
        let chroma = Number.EPSILON;
        let u = 0;
        let v = 0;
        for (const cell of this.#ring) {
          const dx = (cell % this.#columns) - column;
          const dy = ((cell / this.#columns) | 0) - row;
          const near = 1 / (dx * dx + dy * dy + SPREAD) ** 2;
          const at = cell * SUMS;
          patch += near * sums[at + 1];
          base += near * sums[at + 2];
          chroma += near * sums[at + 3];
          u += near * sums[at + 4];
          v += near * sums[at + 5];
        }
        this.#fields[node++] = Math.max(1 / MOST_GAIN, Math.min(MOST_GAIN, base / patch));
        this.#fields[node++] = u / chroma;
        this.#fields[node++] = v / chroma;
      }
    }
  }

  /**
   * Field `channel` (0 luma gain, 1 U offset, 2 V offset) at every `step`-th luma column of a luma row, bilinear between the
   * cells' centres: the values from place `from` to before `to`, into `out`.
   */
  line(channel: 0 | 1 | 2, y: number, step: number, from: number, to: number, out: Float64Array): void {
    const f = this.#fields;
    const size = this.#size;
    const mostX = this.#columns - 1;
    const lastX = Math.max(0, this.#columns - 2);
    const cy = Math.max(0, Math.min(this.#rows - 1, (y + 0.5) / size - 0.5));
    const iy = Math.min(cy | 0, Math.max(0, this.#rows - 2));
    const right = this.#columns > 1 ? 3 : 0;
    const below = this.#rows > 1 ? this.#columns * 3 : 0;
    const row = iy * this.#columns * 3 + channel;
    const ty = cy - iy;
    for (let k = from; k < to; k++) {
      const place = (k * step + 0.5) / size - 0.5;
      const cx = place < 0 ? 0 : Math.min(place, mostX);
      const ix = Math.min(cx | 0, lastX);
      const tx = cx - ix;
      const i = row + ix * 3;
      const top = f[i] + (f[i + right] - f[i]) * tx;
      const bottom = f[i + below] + (f[i + below + right] - f[i + below]) * tx;
      out[k] = top + (bottom - top) * ty;
    }
  }

  #cell(x: number, y: number): number {
    return ((y / this.#size) | 0) * this.#columns + ((x / this.#size) | 0);
  }
}

const SUMS = 6;
/** Luma 16 is black in limited range: gains turn about it. */
const BLACK = 16;
/** Cells² within which a cell hears the ring as one. */
const SPREAD = 2;
const MOST_GAIN = 1.5;
/** Keeps the gain defined, and at 1, where no ring was seen. */
const STRENGTH_OF_NO_CHANGE = 1e-3;
