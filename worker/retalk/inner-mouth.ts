import type { Aperture } from './aperture.ts';

/** Colour of the skin around the mouth: what a drawn mouth is lit by. */
export interface SkinTone {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

const BLACK = 16;
const NEUTRAL = 128;

/** Parts of the drawn mouth relative to the mouth's half width (about 25 mm in an adult). */
const TEETH_ALWAYS_SEEN = 0.1;
const TEETH_SHARE_OF_OPENING = 0.34;
/** Edges of the upper teeth from the middle outwards: widths of incisors and canines over 25 mm. */
const TOOTH_EDGES = [0, 0.34, 0.6, 0.86];
const EDGE_WIDTH = 0.022;
/** Enamel is brighter than skin in the same light. */
const TEETH_LIGHT = 1.14;
/** Share of its colour that the deepest shadow keeps. */
const DARK_COLOUR = 0.25;
/** An opening lower than this (in half widths) shows no tongue. */
const TONGUE_FROM = 0.35;

/** Width of the lips' edge towards a drawn mouth, in half widths of the mouth and at least in pixels. */
const LIP_EDGE = 0.045;
const LEAST_LIP_EDGE = 1.3;

/**
 * The inside of a mouth for clips that never show one: a dark cavity, the edge of the upper teeth hanging from the skull, the
 * tongue behind the lower lip, all lit like the skin outside.
 */
export class InnerMouth {
  /** The last shaded colour. */
  y = 0;
  u = 0;
  v = 0;
  #skin: SkinTone = { y: 128, u: NEUTRAL, v: NEUTRAL };
  #aperture: Aperture | undefined;
  #teethHeight = 0;
  #tongue = 0;
  #half = 1;

  /** Starts a frame whose opening is `aperture`. */
  set(aperture: Aperture, skin: SkinTone): void {
    this.#aperture = aperture;
    this.#skin = skin;
    this.#half = aperture.half;
    const open = aperture.height / aperture.half;
    this.#teethHeight = Math.min(TEETH_ALWAYS_SEEN + open * TEETH_SHARE_OF_OPENING * 0.5, open * 0.6) * aperture.half;
    this.#tongue = Math.max(0, Math.min(1, (open - TONGUE_FROM) / 0.3));
  }

  /** `fresh`, covered by the drawn mouth as far as the point (`u`, `v` of the aperture) lies between the lips; `cavity` 0…1. */
  draw(channel: 0 | 1 | 2, u: number, v: number, fresh: number, cavity: number): number {
    const aperture = this.#aperture;
    if (!aperture || Math.abs(u) >= aperture.half) return fresh;
    const upper = aperture.upperAt(u);
    const gap = aperture.lowerAt(u) - upper;
    if (gap <= 0) return fresh;
    const depth = v - upper;
    this.shade(u, depth, gap);
    const colour = channel === 0 ? this.y : channel === 1 ? this.u : this.v;
    // Lips round into the mouth: just inside their edges they still show.
    const soft = Math.max(LEAST_LIP_EDGE, aperture.half * LIP_EDGE);
    const edge = Math.max(0, Math.min(1, Math.min(depth, gap - depth) / soft));
    return fresh + (colour - fresh) * edge * cavity;
  }

  /** Colours the point `along` (pixels from the middle) and `depth` (pixels below the upper lip) of an opening `gap` pixels high there. */
  shade(along: number, depth: number, gap: number): void {
    const across = along / this.#half;
    const light = (this.#skin.y - BLACK) * (1 - 0.55 * across * across);
    const down = depth / Math.max(gap, 1);
    // The cavity: nearly black in the middle, a little warmer towards the lower lip.
    let y = light * (0.1 + 0.1 * down * down);
    let warm = 1;
    const tongue = this.#tongue * smooth(0.5, 0.8, down) * smooth(0.75, 0.35, Math.abs(across));
    y += (light * 0.42 - y) * tongue * 0.8;
    warm += tongue * 0.6;
    const edge = this.#teethEdge(Math.abs(across));
    const tooth = smooth(edge + 0.8, edge - 0.8, depth) * smooth(0.88, 0.6, Math.abs(across));
    if (tooth > 0) {
      const shadow = 0.62 + 0.38 * smooth(0, this.#teethHeight * 0.8, depth);
      y += (light * TEETH_LIGHT * shadow * this.#toothEdgeShade(Math.abs(across)) - y) * tooth;
      warm += (0.16 - warm) * tooth;
    }
    this.y = BLACK + y;
    // What is dark is hardly coloured; flesh inside the mouth is redder than skin, not more orange.
    const colour = warm * (DARK_COLOUR + (1 - DARK_COLOUR) * (y / Math.max(light, 1)));
    this.u = NEUTRAL + (this.#skin.u - NEUTRAL) * colour * 0.7;
    this.v = NEUTRAL + (this.#skin.v - NEUTRAL) * colour;
  }

  /** The teeth's lower edge follows the lip's bow: highest at the sides. */
  #teethEdge(across: number): number {
    return this.#teethHeight * (1 - 0.5 * across * across);
  }

  #toothEdgeShade(across: number): number {
    let shade = 1;
    for (const edge of TOOTH_EDGES) {
      const far = (across - edge) / EDGE_WIDTH;
      shade -= 0.16 * Math.exp(-far * far);
    }
    return shade;
  }
}

function smooth(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
