/**
 * Weights with which the samples at `first … last` (offsets from the place of interest) sum up to the value at offset 0 of
 * the parabola that fits them best, near samples counting most: LOESS with tricube weights (Cleveland 1979), inside a long
 * signal a Savitzky–Golay filter. Symmetric offsets have no lag; a parabola passes unchanged.
 */
export function localParabolaWeights(first: number, last: number, halfWidth: number): number[] {
  const offsets = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const degree = Math.min(2, offsets.length - 1);
  const nearness = offsets.map((offset) => (1 - Math.abs(offset / (halfWidth + 1)) ** 3) ** 3);
  const moment = (power: number) => offsets.reduce((sum, offset, i) => sum + nearness[i] * offset ** power, 0);
  const normal = Array.from({ length: degree + 1 }, (_, row) =>
    Array.from({ length: degree + 1 }, (_, column) => moment(row + column)),
  );
  const value = solve(normal, [1, 0, 0].slice(0, degree + 1));
  return offsets.map(
    (offset, i) => nearness[i] * value.reduce((sum, coefficient, power) => sum + coefficient * offset ** power, 0),
  );
}

/** Gaussian elimination; normal equations of distinct offsets are positive definite, so no pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = rows[row][pivot] / rows[pivot][pivot];
      for (let column = pivot; column <= size; column++) rows[row][column] -= factor * rows[pivot][column];
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let rest = rows[row][size];
    for (let column = row + 1; column < size; column++) rest -= rows[row][column] * solution[column];
    solution[row] = rest / rows[row][row];
  }
  return solution;
}
