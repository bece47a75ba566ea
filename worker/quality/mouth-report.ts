import type { MouthTrajectory } from '../speech/articulation.ts';
import { scoreClosures, sealedFrames } from './closures.ts';
import { bestLag, pearson } from './correlation.ts';
import type { KnownContacts } from './known-contacts.ts';
import type { MouthSeries } from './mouth-series.ts';
import { restSpread, silenceMotion } from './silence-motion.ts';

/** How well the mouth on the picture does what the voice says. What a clip can't tell is `undefined`. */
export interface MouthReport {
  /** Correlation of wanted and measured opening. */
  readonly fidelity?: number;
  /** Correlation of wanted and measured width. */
  readonly widthFidelity?: number;
  /** How many frames the measured opening trails the wanted one. */
  readonly syncOffsetFrames?: number;
  /** Correlations with the original mouth; only where the voice is the clip's own. */
  readonly openingCorrelation?: number;
  readonly widthCorrelation?: number;
  /** Mean distances from the original mouth, in units of the face. */
  readonly openingError?: number;
  readonly widthError?: number;
  readonly closureRecall?: number;
  readonly closurePrecision?: number;
  readonly silenceMotion?: number;
  readonly restSpread?: number;
}

export interface MouthTruth {
  /** The mouth that spoke this very voice. */
  readonly original?: MouthSeries;
  /** When the voice is known to touch its lips; without it, what the network heard or the original showed counts. */
  readonly contacts?: KnownContacts;
}

/** Viewers notice lips that are off by two frames; beyond a quarter of a second another syllable would be matched. */
const FURTHEST_LAG_FRAMES = 7;
/** Closures are judged where the mouth is seen and talks: at rest it is closed anyway. */
const TALKING = 0.9;

/** All series hold one value per frame of the result. */
export function assessMouth(wanted: MouthTrajectory, measured: MouthSeries, truth: MouthTruth = {}): MouthReport {
  const { original, contacts } = truth;
  const closures =
    contacts?.sealed ??
    (original ? sealedFrames(original.opening) : Array.from(wanted.closure, (value) => value >= 0.5));
  // A lip at the teeth looks sealed to the landmark model.
  const bitten = (k: number) => (contacts ? contacts.bitten[k] : wanted.labiodental[k] >= 0.5);
  const isSeen = (k: number) => Number.isFinite(measured.opening[k]);
  const talks = Array.from(wanted.speech, (speech, k) => speech >= TALKING && !bitten(k) && isSeen(k));
  const { recall, precision } = scoreClosures(closures, sealedFrames(measured.opening), talks);
  return {
    fidelity: pearson(wanted.opening, measured.opening),
    widthFidelity: pearson(wanted.width, measured.width),
    syncOffsetFrames: bestLag(wanted.opening, measured.opening, FURTHEST_LAG_FRAMES)?.frames,
    openingCorrelation: original && pearson(original.opening, measured.opening),
    widthCorrelation: original && pearson(original.width, measured.width),
    openingError: original && meanDistance(original.opening, measured.opening),
    widthError: original && meanDistance(original.width, measured.width),
    closureRecall: recall,
    closurePrecision: precision,
    silenceMotion: silenceMotion(measured, wanted.speech),
    restSpread: restSpread(measured, wanted.speech),
  };
}

function meanDistance(a: Float32Array, b: Float32Array): number | undefined {
  const distances = Array.from(a, (value, k) => Math.abs(value - b[k])).filter(Number.isFinite);
  return distances.length === 0 ? undefined : distances.reduce((sum, d) => sum + d, 0) / distances.length;
}
