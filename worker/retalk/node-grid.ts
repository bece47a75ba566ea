import type { Region } from './patch.ts';

/**
 * A coarse grid of nodes over a region of the picture. Maps and masks are smooth, so they are computed at the nodes and
 * interpolated linearly in between.
 */
export interface NodeGrid {
  readonly region: Region;
  /** Luma pixels between nodes. */
  readonly step: number;
  readonly columns: number;
  readonly rows: number;
}

export function nodeGrid(region: Region, step: number): NodeGrid {
  return {
    region,
    step,
    columns: Math.floor((region.width - 1) / step) + 2,
    rows: Math.floor((region.height - 1) / step) + 2,
  };
}

export function nodeCount(grid: NodeGrid): number {
  return grid.columns * grid.rows;
}

/**
 * One row of a node field, interpolated at luma row `y` of the region (a fraction is fine): writes the value at every
 * node column into `out`, so that a pixel needs one linear step along x.
 */
export function rowOfNodes(grid: NodeGrid, field: Float32Array, y: number, out: Float32Array): void {
  const at = y / grid.step;
  const row = Math.min(grid.rows - 2, Math.floor(at));
  const t = at - row;
  const upper = row * grid.columns;
  const lower = upper + grid.columns;
  for (let i = 0; i < grid.columns; i++) out[i] = field[upper + i] + (field[lower + i] - field[upper + i]) * t;
}
