/**
 * Centres of BlazeFace's anchors in pixels of its 256 px input, `[896, 2]` as x, y: first two per cell of the grid of
 * 16 px cells, then six per cell of the grid of 32 px cells. All anchors have unit size (Bazarevsky et al. 2019).
 */
export function blazeFaceAnchors(inputSize: number): Float32Array {
  const centres: number[] = [];
  for (const { cell, perCell } of [
    { cell: inputSize / 16, perCell: 2 },
    { cell: inputSize / 8, perCell: 6 },
  ]) {
    for (let y = cell / 2; y < inputSize; y += cell) {
      for (let x = cell / 2; x < inputSize; x += cell) {
        for (let anchor = 0; anchor < perCell; anchor++) centres.push(x, y);
      }
    }
  }
  return Float32Array.from(centres);
}
