import type { YuvFrame } from '../media/frame.ts';
import { Aperture } from './aperture.ts';
import { ColourMatch } from './colour-match.ts';
import { lowerFaceRegion } from './face-region.ts';
import type { Grain } from './grain.ts';
import { InnerMouth, type SkinTone } from './inner-mouth.ts';
import { mouthMask, sampleMask } from './mask.ts';
import { type NodeGrid, nodeCount, nodeGrid, rowOfNodes } from './node-grid.ts';
import { copyRegion, type Patch, patchBytes, planesOf, type Region } from './patch.ts';
import { noiseLost, type Plane, sampleCubic, sampleLinear } from './sampling.ts';
import { faceWidth, noseToChin, WarpMaps } from './warp-maps.ts';

/** One frame's work for the compositor. Shapes are kept points in pixels of the frame that they belong to. */
export interface Composition {
  /** The frame's own face. */
  readonly baseShape: Float32Array;
  /** What the face must become. */
  readonly targetShape: Float32Array;
  /** The lower face that is shown, and where its points are in its own frame. */
  readonly patch: Patch;
  readonly exemplarShape: Float32Array;
  /** 0 leaves the frame as it is … 1 replaces the mouth. */
  readonly strength: number;
  /** How much of the space between the lips is drawn, because the exemplar has none: 0…1. */
  readonly cavity: number;
  readonly skin: SkinTone;
  /** Noise of the frame's skin: standard deviation in luma steps. */
  readonly noise: number;
  readonly grain: Grain;
}

/** The ring in which exemplar and base are compared for colour. */
const RING_FROM = 0.02;
const RING_TO = 0.85;
/** Noise too weak to see still breaks up the bands that smooth corrections leave in 8 bits. */
const LEAST_GRAIN = 0.3;
/** Nodes per height from nose to chin. */
const NODES_PER_HEIGHT = 20;

/**
 * Puts an exemplar's mouth into a frame, in place. The base's own jaw, chin and neck are warped to the wanted jaw, and the
 * exemplar is warped, recoloured and blended in above them, so no edge lies on the jaw's outline. Buffers are kept from
 * frame to frame. Pixels outside the region and the mask keep their bytes.
 */
export class Compositor {
  readonly #maps = new WarpMaps();
  readonly #colour = new ColourMatch();
  readonly #aperture = new Aperture();
  readonly #exemplarAperture = new Aperture();
  readonly #inner = new InnerMouth();
  #source = new Uint8Array(0);
  #shown = new Float32Array(0);
  #fresh = new Float32Array(0);
  #masks = new Float32Array(0);
  #lost = new Float32Array(0);
  #maskNodes = new Float32Array(0);
  readonly #rows: readonly Float32Array[] = Array.from({ length: 7 }, () => new Float32Array(1024));

  /** Returns the region that may have changed, or `undefined` when nothing was done. */
  compose(frame: YuvFrame, job: Composition): Region | undefined {
    const region = lowerFaceRegion(job.baseShape, job.targetShape, frame.width, frame.height);
    if (!region || job.strength <= 0) return undefined;
    const height = noseToChin(job.baseShape);
    const grid = nodeGrid(region, Math.max(3, Math.round(height / NODES_PER_HEIGHT)));
    this.#reserve(grid);
    this.#maps.set(grid, job.baseShape, job.targetShape, job.exemplarShape, job.strength);
    sampleMask(mouthMask(job.targetShape), grid, job.strength, this.#maskNodes);
    this.#aperture.set(job.targetShape);
    if (job.cavity > 0) this.#inner.set(this.#aperture, job.skin);
    copyRegion(frame, region, this.#source);
    this.#colour.begin(region.width, region.height, grid.step * 3);

    const available = this.#available(job);
    const wanted = this.#aperture.height;
    const stretch = Math.max(LEAST_STRETCH, Math.min(MOST_STRETCH, (wanted + 1) / (available + 1)));
    const shade = CONTACT_SHADE * clamp01(1 - wanted) * clamp01((available - wanted - 1) / 2);
    const source = planesIn(this.#source, region);
    const exemplar = planesIn(job.patch.data, job.patch.region);
    this.#warpLuma(grid, job, source[0], exemplar[0], stretch, shade);
    this.#warpChroma(grid, job, source, exemplar, stretch);
    this.#colour.solve();
    const target = planesOf(frame.width, frame.height);
    for (const channel of [0, 1, 2] as const) {
      const { offset, stride, step } = target[channel];
      const at = offset + (region.y / step) * stride + region.x / step;
      this.#blend(channel, grid, job, frame.data, at, stride, source[channel].offset);
    }
    return region;
  }

  /** The exemplar's opening as high as it would be in this frame, pixels. */
  #available(job: Composition): number {
    this.#exemplarAperture.set(job.exemplarShape);
    return (this.#exemplarAperture.height * faceWidth(job.baseShape)) / faceWidth(job.exemplarShape);
  }

  /** Reads base and exemplar through their maps into the float planes, and tells the colour match what the ring shows. */
  #warpLuma(grid: NodeGrid, job: Composition, source: Plane, exemplar: Plane, stretch: number, shade: number): void {
    const { region, step } = grid;
    const [bdx, bdy, udx, udy, ldx, ldy, mask] = this.#rows;
    const aperture = this.#aperture;
    const colour = this.#colour;
    const masks = this.#masks;
    const shown = this.#shown;
    const lost = this.#lost;
    const left = region.x - job.patch.region.x;
    const top = region.y - job.patch.region.y;
    for (let y = 0; y < region.height; y++) {
      this.#interpolateRow(grid, y);
      let at = y * region.width;
      for (let x = 0; x < region.width; x++, at++) {
        const node = x / step;
        const i = node | 0;
        const t = node - i;
        const m = mask[i] + (mask[i + 1] - mask[i]) * t;
        const dx = bdx[i] + (bdx[i + 1] - bdx[i]) * t;
        const dy = bdy[i] + (bdy[i + 1] - bdy[i]) * t;
        const moved = dx !== 0 || dy !== 0;
        masks[at] = m > 0 ? m : moved ? MOVED_ONLY : UNTOUCHED;
        if (m <= 0 && !moved) continue;
        let averaged = 0;
        let own = 0;
        if (m < COVERED) {
          own = moved ? sampleCubic(source, x + dx, y + dy) : source.data[source.offset + at];
          if (moved) averaged = noiseLost(dx, dy);
          shown[at] = own;
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
          let fresh = sampleCubic(exemplar, ex, ey);
          averaged += (noiseLost(ex, ey) - averaged) * m;
          if (m > RING_FROM && m < RING_TO) colour.addLuma(x, y, fresh, own);
          if (job.cavity > 0 && side > 0 && side < 1) fresh = this.#drawInside(0, u, v, fresh, job.cavity);
          if (shade > 0) fresh -= (fresh - 16) * shade * contactShade(aperture.fromContact(u, v), aperture.half);
          this.#fresh[at] = fresh;
        }
        lost[at] = averaged;
      }
    }
  }

  /** The same for both chroma planes, which share one map. */
  #warpChroma(
    grid: NodeGrid,
    job: Composition,
    source: readonly [Plane, Plane, Plane],
    exemplar: readonly [Plane, Plane, Plane],
    stretch: number,
  ): void {
    const { region, step } = grid;
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
        this.#masks[atU] = this.#masks[atV] = m > 0 ? m : moved ? MOVED_ONLY : UNTOUCHED;
        if (m <= 0 && !moved) continue;
        const ownU = sampleLinear(sourceU, column + dx / 2, row + dy / 2);
        const ownV = sampleLinear(sourceV, column + dx / 2, row + dy / 2);
        this.#shown[atU] = ownU;
        this.#shown[atV] = ownV;
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
        if (m > RING_FROM && m < RING_TO) this.#colour.addChroma(x, y, ownU - freshU, ownV - freshV);
        if (job.cavity > 0 && side > 0 && side < 1) {
          freshU = this.#drawInside(1, u, v, freshU, job.cavity);
          freshV = this.#drawInside(2, u, v, freshV, job.cavity);
        }
        this.#fresh[atU] = freshU;
        this.#fresh[atV] = freshV;
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

  #drawInside(channel: 0 | 1 | 2, along: number, below: number, fresh: number, cavity: number): number {
    const upper = this.#aperture.upperAt(along);
    const gap = this.#aperture.lowerAt(along) - upper;
    const depth = below - upper;
    if (gap <= 0 || Math.abs(along) >= this.#aperture.half) return fresh;
    this.#inner.shade(along, depth, gap);
    const colour = channel === 0 ? this.#inner.y : channel === 1 ? this.#inner.u : this.#inner.v;
    // Lips round into the mouth: just inside their edges they still show.
    const soft = Math.max(LEAST_LIP_EDGE, this.#aperture.half * LIP_EDGE);
    const edge = Math.max(0, Math.min(1, Math.min(depth, gap - depth) / soft));
    return fresh + (colour - fresh) * edge * cavity;
  }

  #blend(
    channel: 0 | 1 | 2,
    grid: NodeGrid,
    job: Composition,
    out: Uint8Array,
    start: number,
    stride: number,
    first: number,
  ): void {
    const { region } = grid;
    const luma = channel === 0;
    const step = luma ? 1 : 2;
    const width = region.width / step;
    const height = region.height / step;
    const noise = Math.max(LEAST_GRAIN, job.noise);
    for (let row = 0; row < height; row++) {
      let at = first + row * width;
      const to = start + row * stride;
      for (let column = 0; column < width; column++, at++) {
        const m = this.#masks[at];
        if (m === UNTOUCHED) continue;
        let value = this.#shown[at];
        if (m > 0) {
          const match = this.#colour.at(channel, column * step, row * step);
          const fresh = luma ? (this.#fresh[at] - 16) * match + 16 : this.#fresh[at] + match;
          value = m < COVERED ? value + (fresh - value) * m : fresh;
        }
        if (luma) {
          const lost = this.#lost[at];
          if (lost > 0) value += noise * Math.sqrt(lost) * job.grain.at(column + region.x, row + region.y);
        }
        out[to + column] = value < 0 ? 0 : value > 255 ? 255 : (value + 0.5) | 0;
      }
    }
  }

  #reserve(grid: NodeGrid): void {
    const bytes = patchBytes(grid.region);
    if (this.#source.length < bytes) {
      this.#source = new Uint8Array(bytes);
      this.#shown = new Float32Array(bytes);
      this.#fresh = new Float32Array(bytes);
      this.#masks = new Float32Array(bytes);
      this.#lost = new Float32Array(bytes);
    }
    if (this.#maskNodes.length < nodeCount(grid)) this.#maskNodes = new Float32Array(nodeCount(grid));
  }
}

/** Marks in the mask's plane for pixels that the mask doesn't reach. */
const UNTOUCHED = -1;
const MOVED_ONLY = 0;
/** From here on the base below the mask is not worth reading. */
const COVERED = 0.996;
/** 4:2:0 of H.264 and MPEG-2: chroma lies on the left luma column, between two rows. */
const CHROMA_SITE_Y = 0.5;
/** How far an opening is stretched or squeezed before lips and teeth move against each other. */
const LEAST_STRETCH = 0.25;
const MOST_STRETCH = 1.75;

/** Touching lips shade each other by this much; lips that were closed over an open mouth don't bring that line along. */
const CONTACT_SHADE = 0.4;

function clamp01(value: number): number {
  return Math.max(0, Math.min(1, value));
}

function contactShade(distance: number, halfWidth: number): number {
  const far = distance / Math.max(0.9, halfWidth * 0.028);
  return far > 3 ? 0 : Math.exp(-far * far);
}

function planesIn(data: Uint8Array, region: Region): readonly [Plane, Plane, Plane] {
  const plane = ({ offset, stride, step }: { offset: number; stride: number; step: number }): Plane => ({
    data,
    offset,
    stride,
    width: region.width / step,
    height: region.height / step,
  });
  const [y, u, v] = planesOf(region.width, region.height);
  return [plane(y), plane(u), plane(v)];
}
/** Width of the lips' edge towards a drawn mouth, in half widths of the mouth and at least in pixels. */
const LIP_EDGE = 0.045;
const LEAST_LIP_EDGE = 1.3;
