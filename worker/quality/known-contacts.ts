/** One sound of a voice whose sounds are known, in seconds from its start, in the letters of the International Phonetic Alphabet. */
export interface SpokenSound {
  readonly start: number;
  readonly end: number;
  readonly ipa: string;
}

/** In which frames a voice wants lips at lips (p, b, m) or at teeth (f, v). */
export interface KnownContacts {
  readonly sealed: readonly boolean[];
  readonly bitten: readonly boolean[];
}

const BILABIAL = new Set(['p', 'b', 'm']);
const LABIODENTAL = new Set(['f', 'v']);

export interface FrameGrid {
  readonly frameRate: number;
  readonly frameCount: number;
  /** How long before its sound a shape shows. */
  readonly leadSeconds: number;
}

/** Frame k stands for the time around `k / frameRate + leadSeconds`; a sound shorter than a frame marks the one that it falls into. */
export function knownContacts(sounds: readonly SpokenSound[], grid: FrameGrid): KnownContacts {
  return { sealed: framesOf(BILABIAL, sounds, grid), bitten: framesOf(LABIODENTAL, sounds, grid) };
}

function framesOf(wanted: ReadonlySet<string>, sounds: readonly SpokenSound[], grid: FrameGrid): boolean[] {
  const marked = new Array<boolean>(grid.frameCount).fill(false);
  for (const { start, end, ipa } of sounds) {
    if (!wanted.has(ipa)) continue;
    const first = Math.max(0, Math.round((start - grid.leadSeconds) * grid.frameRate));
    const last = Math.round((end - grid.leadSeconds) * grid.frameRate);
    for (let k = first; k <= last && k < grid.frameCount; k++) marked[k] = true;
  }
  return marked;
}

/** What is left from frame `start` on. */
export function contactsFrom({ sealed, bitten }: KnownContacts, start: number): KnownContacts {
  return { sealed: sealed.slice(start), bitten: bitten.slice(start) };
}
