import type { Patch } from './patch.ts';

/** What makes two exemplars alike, each number scaled so that a difference of 1 is plainly visible. */
export type ExemplarTraits = Float32Array;
export const TRAIT_COUNT = 6;

/** A lower face of the clip, ready to be shown in another frame. */
export interface Exemplar {
  /** The source frame that it was cut from. */
  readonly frame: number;
  readonly patch: Patch;
  readonly traits: ExemplarTraits;
}

export interface LibraryLimits {
  readonly exemplars: number;
  readonly bytes: number;
}

/**
 * 400 exemplars are 13 s of a person at 30 frames/s; a few hundred mouths are what Video Rewrite and its successors found
 * enough, and the search is quadratic in them.
 */
export const LIBRARY_LIMITS: LibraryLimits = { exemplars: 400, bytes: 160 * 2 ** 20 };

/** Exemplars come and go in runs of neighbours, because a run shows natural movement that single pictures don't. */
export const RUN_LENGTH = 6;

/**
 * A bounded set of exemplars. It takes all frames until a limit is reached; then the run that the others replace best
 * gives way, so a long clip keeps its rare shapes and forgets its repetitions.
 */
export class ExemplarLibrary {
  readonly #limits: LibraryLimits;
  #runs: Exemplar[][] = [];
  #open: Exemplar[] = [];
  #bytes = 0;
  #count = 0;

  constructor(limits: LibraryLimits = LIBRARY_LIMITS) {
    this.#limits = limits;
  }

  /** Adds the exemplar of the newest frame; frames must come in rising order. */
  add(exemplar: Exemplar): void {
    const last = this.#open.at(-1);
    if (this.#open.length >= RUN_LENGTH || (last && last.frame + 1 !== exemplar.frame)) this.#closeRun();
    this.#open.push(exemplar);
    this.#bytes += exemplar.patch.data.length;
    this.#count++;
    while (this.#isOverLimits() && this.#runs.length > 0) this.#evictMostRedundant();
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** All exemplars in the order of their frames. */
  exemplars(): Exemplar[] {
    return [...this.#runs.flat(), ...this.#open];
  }

  #closeRun(): void {
    if (this.#open.length > 0) this.#runs.push(this.#open);
    this.#open = [];
  }

  #isOverLimits(): boolean {
    return this.#count > this.#limits.exemplars || this.#bytes > this.#limits.bytes;
  }

  #evictMostRedundant(): void {
    let worst = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [index, run] of this.#runs.entries()) {
      const novelty = this.#novelty(run);
      if (novelty < least) {
        least = novelty;
        worst = index;
      }
    }
    const [gone] = this.#runs.splice(worst, 1);
    for (const exemplar of gone) {
      this.#bytes -= exemplar.patch.data.length;
      this.#count--;
    }
  }

  /** How far the run's most unusual exemplar is from the nearest one of all other runs. */
  #novelty(run: readonly Exemplar[]): number {
    let novelty = 0;
    for (const exemplar of run) {
      let nearest = Number.POSITIVE_INFINITY;
      for (const other of [...this.#runs, this.#open]) {
        if (other === run) continue;
        for (const candidate of other) nearest = Math.min(nearest, traitDistance(exemplar.traits, candidate.traits));
      }
      if (nearest > novelty) novelty = nearest;
    }
    return novelty;
  }
}

/** Squared distance. */
export function traitDistance(a: ExemplarTraits, b: ExemplarTraits): number {
  let sum = 0;
  for (let i = 0; i < TRAIT_COUNT; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}
