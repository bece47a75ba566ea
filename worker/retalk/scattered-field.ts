/**
 * A smooth map of the plane that carries given points onto given points: Hardy's multiquadrics (1971) over an affine
 * part. Unlike Gaussians it has no flat spots between points, unlike thin plates it needs no logarithm.
 */
export class ScatteredField {
  #count = 0;
  readonly #capacity: number;
  readonly #points: Float64Array;
  readonly #weights: Float64Array;
  readonly #matrix: Float64Array;
  #reach = 1;

  /** `capacity`: the most control points that `fit` will be given. */
  constructor(capacity: number) {
    const order = capacity + 3;
    this.#capacity = capacity;
    this.#points = new Float64Array(capacity * 2);
    this.#weights = new Float64Array(order * 2);
    this.#matrix = new Float64Array(order * (order + 2));
  }

  /**
   * Learns the map from `count` pairs: `from` and `to` hold x, y in turn. `reach` is the length over which the surface
   * bends (the kernel is √(r² + reach²)); `stiffness` ≥ 0 lets it miss the points for smoothness' sake.
   */
  fit(from: ArrayLike<number>, to: ArrayLike<number>, count: number, reach: number, stiffness: number): void {
    if (count < 3 || count > this.#capacity)
      throw new RangeError(`a field needs 3 to ${this.#capacity} points, not ${count}`);
    const order = count + 3;
    const stride = order + 2;
    const m = this.#matrix.fill(0, 0, order * stride);
    this.#count = count;
    this.#reach = reach;
    for (let i = 0; i < count; i++) {
      const x = from[i * 2];
      const y = from[i * 2 + 1];
      this.#points[i * 2] = x;
      this.#points[i * 2 + 1] = y;
      const row = i * stride;
      for (let j = 0; j < count; j++) m[row + j] = kernel(x - from[j * 2], y - from[j * 2 + 1], reach);
      // The kernel is conditionally negative definite, so stiffness lowers the diagonal.
      m[row + i] -= stiffness * reach;
      m[row + count] = m[count * stride + i] = 1;
      m[row + count + 1] = m[(count + 1) * stride + i] = x / SCALE;
      m[row + count + 2] = m[(count + 2) * stride + i] = y / SCALE;
      m[row + order] = to[i * 2] - x;
      m[row + order + 1] = to[i * 2 + 1] - y;
    }
    solve(m, order, stride);
    for (let i = 0; i < order; i++) {
      this.#weights[i * 2] = m[i * stride + order];
      this.#weights[i * 2 + 1] = m[i * stride + order + 1];
    }
  }

  /** Samples the map's displacement (where a point goes, less where it is) on a grid of `columns` × `rows` nodes. */
  sample(
    x0: number,
    y0: number,
    step: number,
    columns: number,
    rows: number,
    dx: Float32Array,
    dy: Float32Array,
  ): void {
    const n = this.#count;
    const w = this.#weights;
    const points = this.#points;
    const squaredReach = this.#reach * this.#reach;
    let node = 0;
    for (let row = 0; row < rows; row++) {
      const y = y0 + row * step;
      for (let column = 0; column < columns; column++) {
        const x = x0 + column * step;
        let sumX = w[n * 2] + (w[n * 2 + 2] * x + w[n * 2 + 4] * y) / SCALE;
        let sumY = w[n * 2 + 1] + (w[n * 2 + 3] * x + w[n * 2 + 5] * y) / SCALE;
        for (let i = 0; i < n; i++) {
          const px = x - points[i * 2];
          const py = y - points[i * 2 + 1];
          const value = Math.sqrt(px * px + py * py + squaredReach);
          sumX += value * w[i * 2];
          sumY += value * w[i * 2 + 1];
        }
        dx[node] = sumX;
        dy[node++] = sumY;
      }
    }
  }
}

/** Brings the affine part's columns to the size of the kernel's, for the elimination's sake. */
const SCALE = 100;

function kernel(dx: number, dy: number, reach: number): number {
  return Math.sqrt(dx * dx + dy * dy + reach * reach);
}

/** Gauss–Jordan with partial pivoting on `order` rows of an augmented matrix with two right-hand sides. */
function solve(m: Float64Array, order: number, stride: number): void {
  for (let column = 0; column < order; column++) {
    let pivot = column;
    for (let row = column + 1; row < order; row++) {
      if (Math.abs(m[row * stride + column]) > Math.abs(m[pivot * stride + column])) pivot = row;
    }
    if (pivot !== column) {
      for (let k = column; k < stride; k++) {
        const held = m[column * stride + k];
        m[column * stride + k] = m[pivot * stride + k];
        m[pivot * stride + k] = held;
      }
    }
    const diagonal = m[column * stride + column];
    // Points on one spot or one line leave a direction undecided; it gets no weight.
    if (Math.abs(diagonal) < 1e-12) continue;
    const pivots = m.subarray(column * stride + column, column * stride + order + 2);
    for (let row = column + 1; row < order; row++) {
      const factor = m[row * stride + column] / diagonal;
      if (factor === 0) continue;
      const at = row * stride + column;
      for (let k = 0; k < pivots.length; k++) m[at + k] -= factor * pivots[k];
    }
  }
  for (let row = order - 1; row >= 0; row--) {
    const diagonal = m[row * stride + row];
    for (let side = order; side < order + 2; side++) {
      let value = m[row * stride + side];
      for (let k = row + 1; k < order; k++) value -= m[row * stride + k] * m[k * stride + side];
      m[row * stride + side] = Math.abs(diagonal) < 1e-12 ? 0 : value / diagonal;
    }
  }
}
