import type { YuvFrame } from '../media/frame.ts';
import { ColourMatch } from './colour-match.ts';
import type { Composition } from './composition.ts';
import { lowerFaceRegion } from './face-region.ts';
import { COVERED, MouthLayers, UNTOUCHED } from './mouth-layers.ts';
import { nodeGrid } from './node-grid.ts';
import { copyRegion, patchBytes, planesOf, type Region } from './patch.ts';
import { noseToChin } from './warp-maps.ts';

/** Noise too weak to see still breaks up the bands that smooth corrections leave in 8 bits. */
const LEAST_GRAIN = 0.3;
/** Nodes per height from nose to chin, and the least luma pixels between nodes. */
const NODES_PER_HEIGHT = 20;
const LEAST_STEP = 3;
/** Nodes per cell of the colour match. */
const NODES_PER_CELL = 3;
/** Luma of black in limited range. */
const BLACK = 16;

/**
 * Puts an exemplar's mouth into a frame, in place. The base's own jaw, chin and neck are warped to the wanted jaw, and the
 * exemplar is warped, recoloured and blended in above them, so no edge lies on the jaw's outline. Buffers are kept from
 * frame to frame. Pixels outside the region and the mask keep their bytes.
 */
export class Compositor {
  readonly #layers = new MouthLayers();
  readonly #colour = new ColourMatch();
  #source = new Uint8Array(0);
  /** What the colour match says along one line. */
  #matches = new Float64Array(0);

  /** Returns the region that may have changed, or `undefined` when nothing was done. */
  compose(frame: YuvFrame, job: Composition): Region | undefined {
    const region = lowerFaceRegion(job.baseShape, job.targetShape, frame.width, frame.height);
    if (!region || job.strength <= 0) return undefined;
    const grid = nodeGrid(region, Math.max(LEAST_STEP, Math.round(noseToChin(job.baseShape) / NODES_PER_HEIGHT)));
    const bytes = patchBytes(region);
    if (this.#source.length < bytes) this.#source = new Uint8Array(bytes);
    copyRegion(frame, region, this.#source);
    this.#colour.begin(region.width, region.height, grid.step * NODES_PER_CELL);
    this.#layers.read(grid, job, this.#source, this.#colour);
    this.#colour.solve();
    for (const channel of [0, 1, 2] as const) this.#blend(channel, region, job, frame);
    return region;
  }

  #blend(channel: 0 | 1 | 2, region: Region, job: Composition, frame: YuvFrame): void {
    const { masks, shown, fresh, lost } = this.#layers;
    const { offset, stride, step } = planesOf(frame.width, frame.height)[channel];
    const packed = planesOf(region.width, region.height)[channel];
    const luma = channel === 0;
    const width = region.width / step;
    const height = region.height / step;
    const noise = Math.max(LEAST_GRAIN, job.noise);
    if (this.#matches.length < width) this.#matches = new Float64Array(width);
    const matches = this.#matches;
    const { data } = frame;
    for (let row = 0; row < height; row++) {
      let at = packed.offset + row * width;
      let from = 0;
      let end = width;
      while (from < end && masks[at + from] <= 0) from++;
      while (end > from && masks[at + end - 1] <= 0) end--;
      this.#colour.line(channel, row * step, step, from, end, matches);
      const to = offset + (region.y / step + row) * stride + region.x / step;
      for (let column = 0; column < width; column++, at++) {
        const m = masks[at];
        if (m === UNTOUCHED) continue;
        let value = shown[at];
        if (m > 0) {
          const match = matches[column];
          const matched = luma ? (fresh[at] - BLACK) * match + BLACK : fresh[at] + match;
          value = m < COVERED ? value + (matched - value) * m : matched;
        }
        if (luma && lost[at] > 0) {
          value += noise * Math.sqrt(lost[at]) * job.grain.at(column + region.x, row + region.y);
        }
        // Rounds as Math.round does, at a fraction of its price.
        const rounded = (value + 0.5) | 0;
        data[to + column] = rounded < 0 ? 0 : Math.min(rounded, 255);
      }
    }
  }
}
