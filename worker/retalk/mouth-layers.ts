import { Aperture } from './aperture.ts';
import type { ColourMatch } from './colour-match.ts';
import type { Composition } from './composition.ts';
import { InnerMouth } from './inner-mouth.ts';
import { createLine } from './luma-line.ts';
import { intersection, mouthMask, outlineMask, sampleMask } from './mask.ts';
import { type NodeGrid, nodeCount, rowOfNodes } from './node-grid.ts';
import { patchBytes } from './patch.ts';
import { noiseLost, type Plane, planesIn, sampleCubic, sampleLinear } from './sampling.ts';
import { faceWidth, noseToChin, WarpMaps } from './warp-maps.ts';

/** The ring in which exemplar and base are compared for colour. */
const RING_FROM = 0.02;
const RING_TO = 0.85;
/** On the far side of a turned face the mask reaches the outline of what talking moves: heights from nose to chin. */
const OUTLINE_FEATHER = 0.08;
const OUTLINE_INSET = 0.05;
/** Marks in the mask's plane for pixels that nothing changes, and for those that only the base's own warp does. */
export const UNTOUCHED = -1;
const MOVED_ONLY = 0;
/** From here on the base below the mask is not worth reading. */
export const COVERED = 0.996;
/** 4:2:0 of H.264 and MPEG-2: chroma lies on the left luma column, between two rows. */
const CHROMA_SITE_Y = 0.5;
/** How far an opening is stretched or squeezed before lips and teeth move against each other. */
const LEAST_STRETCH = 0.25;
const MOST_STRETCH = 1.75;
/** Touching lips shade each other by this much; lips that were closed over an open mouth don't bring that line along. */
const CONTACT_SHADE = 0.4;

/**
 * The two pictures that a composition blends, warped into the frame but not yet matched: the base's own skin with its jaw
 * moved, and the exemplar's mouth. All planes are packed like the region's I420 data.
 */
export class MouthLayers {
  /** The base after its warp. Defined where `masks` isn't `UNTOUCHED` and below `COVERED`. */
  shown = new Float32Array(0);
  /** The exemplar. Defined where `masks` is above 0. */
  fresh = new Float32Array(0);
  /** How much of the exemplar shows: 0…1, or `UNTOUCHED`. */
  masks = new Float32Array(0);
  /** Share of the noise's variance that the warps averaged away; luma only. */
  lost = new Float32Array(0);
  readonly #maps = new WarpMaps();
  readonly #aperture = new Aperture();
  readonly #exemplarAperture = new Aperture();
  readonly #inner = new InnerMouth();
  #maskNodes = new Float32Array(0);
  readonly #rows: readonly Float32Array[] = Array.from({ length: 7 }, () => new Float32Array(1024));
  #line = createLine(0);

  /** Fills the planes for one composition. `data` is the region's content; the ring's colours go into `colour`. */
  read(grid: NodeGrid, job: Composition, data: Uint8Array, colour: ColourMatch): void {
    this.#reserve(grid);
    this.#maps.set(grid, job.baseShape, job.targetShape, job.exemplarShape, job.strength);
    const height = noseToChin(job.baseShape);
    const outline = outlineMask(job.baseShape, OUTLINE_FEATHER * height, OUTLINE_INSET * height + grid.step);
    sampleMask(intersection(mouthMask(job.targetShape), outline), grid, job.strength, this.#maskNodes);
    this.#aperture.set(job.targetShape);
    if (job.cavity > 0) this.#inner.set(this.#aperture, job.skin);
    const available = this.#available(job);
    const wanted = this.#aperture.height;
    const stretch = Math.max(LEAST_STRETCH, Math.min(MOST_STRETCH, (wanted + 1) / (available + 1)));
    const shade = CONTACT_SHADE * clamp01(1 - wanted) * clamp01((available - wanted - 1) / 2);
    const source = planesIn(data, grid.region);
    const exemplar = planesIn(job.patch.data, job.patch.region);
    this.#warpLuma(grid, job, source[0], exemplar[0], { stretch, shade, colour });
    this.#warpChroma(grid, job, source, exemplar, { stretch, shade, colour });
  }

  /** The exemplar's opening as high as it would be in this frame, pixels. */
  #available(job: Composition): number {
    this.#exemplarAperture.set(job.exemplarShape);
    return (this.#exemplarAperture.height * faceWidth(job.baseShape)) / faceWidth(job.exemplarShape);
  }

  #warpLuma(grid: NodeGrid, job: Composition, source: Plane, exemplar: Plane, lips: LipFacts): void {
    const { region, step } = grid;
    const { stretch, shade, colour } = lips;
    const [bdx, bdy, udx, udy, ldx, ldy, mask] = this.#rows;
    const aperture = this.#aperture;
    const masks = this.masks;
    const shown = this.shown;
    const lost = this.lost;
    const left = region.x - job.patch.region.x;
    const top = region.y - job.patch.region.y;
    const { own, fresh, ownColumn, freshColumn, shares, sides, below } = this.#line;
    for (let y = 0; y < region.height; y++) {
      this.#interpolateRow(grid, y);
      const first = y * region.width;
      own.count = 0;
      fresh.count = 0;
      for (let i = 0, x = 0; x < region.width; i++) {
        const end = Math.min(region.width, (i + 1) * step);
        const mask0 = mask[i];
        const bdx0 = bdx[i];
        const bdy0 = bdy[i];
        const maskRise = mask[i + 1] - mask0;
        const bdxRise = bdx[i + 1] - bdx0;
        const bdyRise = bdy[i + 1] - bdy0;
        if (mask0 === 0 && maskRise === 0 && bdx0 === 0 && bdxRise === 0 && bdy0 === 0 && bdyRise === 0) {
          masks.fill(UNTOUCHED, first + x, first + end);
          x = end;
        }
        for (; x < end; x++) {
          const t = x / step - i;
          const m = mask0 + maskRise * t;
          const dx = bdx0 + bdxRise * t;
          const dy = bdy0 + bdyRise * t;
          const moved = dx !== 0 || dy !== 0;
          masks[first + x] = m > 0 ? m : moved ? MOVED_ONLY : UNTOUCHED;
          if (m <= 0 && !moved) continue;
          let averaged = 0;
          if (m < COVERED) {
            ownColumn[own.count] = x;
            own.x[own.count] = x + dx;
            own.y[own.count++] = y + dy;
            if (moved) averaged = noiseLost(dx, dy);
          }
          if (m > 0) {
            const u = aperture.u(x + region.x, y + region.y);
            const v = aperture.v(x + region.x, y + region.y);
            const side = aperture.side(u, v, stretch);
            let ex = udx[i] + (udx[i + 1] - udx[i]) * t;
            let ey = udy[i] + (udy[i + 1] - udy[i]) * t;
            if (side > 0) {
              ex += (ldx[i] + (ldx[i + 1] - ldx[i]) * t - ex) * side;
              ey += (ldy[i] + (ldy[i + 1] - ldy[i]) * t - ey) * side;
            }
            ex += x + left;
            ey += y + top;
            averaged += (noiseLost(ex, ey) - averaged) * m;
            freshColumn[fresh.count] = x;
            shares[x] = m;
            sides[x] = side;
            fresh.x[fresh.count] = ex;
            fresh.y[fresh.count++] = ey;
          }
          lost[first + x] = averaged;
        }
      }
      sampleCubic(source, own);
      for (let k = 0; k < own.count; k++) shown[first + ownColumn[k]] = below[ownColumn[k]] = own.value[k];
      sampleCubic(exemplar, fresh);
      for (let k = 0; k < fresh.count; k++) {
        const x = freshColumn[k];
        const m = shares[x];
        const side = sides[x];
        const inside = job.cavity > 0 && side > 0 && side < 1;
        let value = fresh.value[k];
        if (m > RING_FROM && m < RING_TO) colour.addLuma(x, y, value, below[x]);
        if (inside || shade > 0) {
          const u = aperture.u(x + region.x, y + region.y);
          const v = aperture.v(x + region.x, y + region.y);
          if (inside) value = this.#inner.draw(0, u, v, value, job.cavity);
          if (shade > 0) value -= (value - 16) * shade * aperture.contactShade(u, v);
        }
        this.fresh[first + x] = value;
      }
    }
  }

  /** The same for both chroma planes, which share one map. */
  #warpChroma(
    grid: NodeGrid,
    job: Composition,
    source: readonly [Plane, Plane, Plane],
    exemplar: readonly [Plane, Plane, Plane],
    lips: LipFacts,
  ): void {
    const { region, step } = grid;
    const { stretch, colour } = lips;
    const [bdx, bdy, udx, udy, ldx, ldy, mask] = this.#rows;
    const aperture = this.#aperture;
    const [, sourceU, sourceV] = source;
    const [, exemplarU, exemplarV] = exemplar;
    const left = region.x - job.patch.region.x;
    const top = region.y - job.patch.region.y;
    for (let row = 0; row < sourceU.height; row++) {
      const y = row * 2 + CHROMA_SITE_Y;
      this.#interpolateRow(grid, y);
      for (let column = 0; column < sourceU.width; column++) {
        const x = column * 2;
        const atU = sourceU.offset + row * sourceU.width + column;
        const atV = atU + sourceV.offset - sourceU.offset;
        const node = x / step;
        const i = node | 0;
        const t = node - i;
        const m = mask[i] + (mask[i + 1] - mask[i]) * t;
        const dx = bdx[i] + (bdx[i + 1] - bdx[i]) * t;
        const dy = bdy[i] + (bdy[i + 1] - bdy[i]) * t;
        const moved = dx !== 0 || dy !== 0;
        this.masks[atU] = this.masks[atV] = m > 0 ? m : moved ? MOVED_ONLY : UNTOUCHED;
        if (m <= 0 && !moved) continue;
        const ownU = sampleLinear(sourceU, column + dx / 2, row + dy / 2);
        const ownV = sampleLinear(sourceV, column + dx / 2, row + dy / 2);
        this.shown[atU] = ownU;
        this.shown[atV] = ownV;
        if (m <= 0) continue;
        const u = aperture.u(x + region.x, y + region.y);
        const v = aperture.v(x + region.x, y + region.y);
        const side = aperture.side(u, v, stretch);
        const ux = udx[i] + (udx[i + 1] - udx[i]) * t;
        const uy = udy[i] + (udy[i + 1] - udy[i]) * t;
        const ex = x + left + ux + (ldx[i] + (ldx[i + 1] - ldx[i]) * t - ux) * side;
        const ey = y + top + uy + (ldy[i] + (ldy[i + 1] - ldy[i]) * t - uy) * side;
        let freshU = sampleLinear(exemplarU, ex / 2, (ey - CHROMA_SITE_Y) / 2);
        let freshV = sampleLinear(exemplarV, ex / 2, (ey - CHROMA_SITE_Y) / 2);
        if (m > RING_FROM && m < RING_TO) colour.addChroma(x, y, ownU - freshU, ownV - freshV);
        if (job.cavity > 0 && side > 0 && side < 1) {
          freshU = this.#inner.draw(1, u, v, freshU, job.cavity);
          freshV = this.#inner.draw(2, u, v, freshV, job.cavity);
        }
        this.fresh[atU] = freshU;
        this.fresh[atV] = freshV;
      }
    }
  }

  #interpolateRow(grid: NodeGrid, y: number): void {
    const { base, upper, lower } = this.#maps;
    const [bdx, bdy, udx, udy, ldx, ldy, mask] = this.#rows;
    rowOfNodes(grid, base.dx, y, bdx);
    rowOfNodes(grid, base.dy, y, bdy);
    rowOfNodes(grid, upper.dx, y, udx);
    rowOfNodes(grid, upper.dy, y, udy);
    rowOfNodes(grid, lower.dx, y, ldx);
    rowOfNodes(grid, lower.dy, y, ldy);
    rowOfNodes(grid, this.#maskNodes, y, mask);
  }

  #reserve(grid: NodeGrid): void {
    const bytes = patchBytes(grid.region);
    if (this.shown.length < bytes) {
      this.shown = new Float32Array(bytes);
      this.fresh = new Float32Array(bytes);
      this.masks = new Float32Array(bytes);
      this.lost = new Float32Array(bytes);
    }
    if (this.#line.below.length < grid.region.width) this.#line = createLine(grid.region.width);
    if (this.#maskNodes.length < nodeCount(grid)) this.#maskNodes = new Float32Array(nodeCount(grid));
  }
}

interface LipFacts {
  /** The wanted opening's height over the exemplar's; see `Aperture.side`. */
  readonly stretch: number;
  /** Darkness of the line between the lips, 0…1. */
  readonly shade: number;
  readonly colour: ColourMatch;
}

function clamp01(value: number): number {
  return Math.max(0, Math.min(1, value));
}
