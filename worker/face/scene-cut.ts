import type { YuvFrame } from '../media/frame.ts';

const COLUMNS = 32;
const ROWS = 18;
/** Luma samples per cell along each axis: enough to even out texture, few enough to cost nothing. */
const SAMPLES = 4;
/** Mean change of luma between two pictures of one shot stays below this, short of a change of light. */
const CUT_DIFFERENCE = 20;
/** Two pictures of one shot stay alike in this measure even when the light changes. */
const CUT_CORRELATION = 0.75;

/** Tells whether each frame begins a new shot, from a thumbnail of its luma. */
export class SceneCutDetector {
  #previous: Float32Array | undefined;

  /** Whether `frame` shows another shot than the frame before. False for the first. */
  isCut(frame: YuvFrame): boolean {
    const current = thumbnail(frame);
    const previous = this.#previous;
    this.#previous = current;
    return previous !== undefined && differs(previous, current);
  }
}

function differs(a: Float32Array, b: Float32Array): boolean {
  return meanDifference(a, b) > CUT_DIFFERENCE && correlation(a, b) < CUT_CORRELATION;
}

function thumbnail({ width, height, data }: YuvFrame): Float32Array {
  const cells = new Float32Array(COLUMNS * ROWS);
  for (let row = 0; row < ROWS * SAMPLES; row++) {
    const line = Math.floor(((row + 0.5) * height) / (ROWS * SAMPLES)) * width;
    const firstCell = Math.floor(row / SAMPLES) * COLUMNS;
    for (let column = 0; column < COLUMNS * SAMPLES; column++) {
      const x = Math.floor(((column + 0.5) * width) / (COLUMNS * SAMPLES));
      cells[firstCell + Math.floor(column / SAMPLES)] += data[line + x] / SAMPLES ** 2;
    }
  }
  return cells;
}

function meanDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}

/** Pearson's. A plain picture is like another plain one and unlike any other. */
function correlation(a: Float32Array, b: Float32Array): number {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (let i = 0; i < a.length; i++) {
    covariance += (a[i] - meanA) * (b[i] - meanB);
    varianceA += (a[i] - meanA) ** 2;
    varianceB += (b[i] - meanB) ** 2;
  }
  const norm = Math.sqrt(varianceA * varianceB);
  if (norm > 0) return covariance / norm;
  return varianceA === varianceB ? 1 : 0;
}
