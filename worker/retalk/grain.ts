/** Side of the noise tile; a power of two, so that wrapping is a mask. */
const TILE = 256;
/** Tile rows and columns are picked anew for every frame; primes far apart keep neighbours unlike. */
const FRAME_STRIDE = 2_654_435_761;

/** Film grain from a seed: the same seed gives the same grain on every machine. */
export class Grain {
  readonly #tile: Float32Array;
  readonly #seed: number;
  #offset = 0;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#tile = gaussianTile(this.#seed);
  }

  /** Chooses the piece of the tile that belongs to an output frame. */
  startFrame(frame: number): void {
    this.#offset = mix(this.#seed ^ Math.imul(frame + 1, FRAME_STRIDE)) >>> 0;
  }

  /** Normal noise of standard deviation 1 at a pixel of the frame. */
  at(x: number, y: number): number {
    const column = (x + this.#offset) & (TILE - 1);
    const row = (y + (this.#offset >>> 12)) & (TILE - 1);
    return this.#tile[row * TILE + column];
  }
}

function gaussianTile(seed: number): Float32Array {
  let state = mix(seed ^ 0x9e3779b9) || 1;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return Float32Array.from({ length: TILE * TILE }, () => {
    // Irwin–Hall: three uniforms have no heavy tails, which grain doesn't have either, and no logarithm that may differ.
    return (uniform() + uniform() + uniform() - 1.5) * 2;
  });
}

/** Marsaglia-style finaliser (murmur3): every bit of the input reaches every bit of the output. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
