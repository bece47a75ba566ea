import type { MouthTrajectory } from '../speech/articulation.ts';
import { scoreClosures, sealedFrames } from './closures.ts';
import { bestLag, pearson } from './correlation.ts';
import type { MouthSeries } from './mouth-series.ts';
import { silenceMotion } from './silence-motion.ts';

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
  readonly closureRecall?: number;
  readonly closurePrecision?: number;
  readonly silenceMotion?: number;
}

/** Viewers notice lips that are off by two frames; beyond a quarter of a second another syllable would be matched. */
const FURTHEST_LAG_FRAMES = 7;
/** Closures are judged where the mouth talks: at rest it is closed anyway. */
const TALKING = 0.9;

/** All series hold one value per frame of the result. `original` is the mouth that spoke this very voice. */
export function assessMouth(wanted: MouthTrajectory, measured: MouthSeries, original?: MouthSeries): MouthReport {
  const closures = original ? sealedFrames(original.opening) : Array.from(wanted.closure, (value) => value >= 0.5);
  const talks = Array.from(wanted.speech, (speech, k) => speech >= TALKING && wanted.labiodental[k] < 0.5);
  const { recall, precision } = scoreClosures(closures, sealedFrames(measured.opening), talks);
  return {
    fidelity: pearson(wanted.opening, measured.opening),
    widthFidelity: pearson(wanted.width, measured.width),
    syncOffsetFrames: bestLag(wanted.opening, measured.opening, FURTHEST_LAG_FRAMES)?.frames,
    openingCorrelation: original && pearson(original.opening, measured.opening),
    widthCorrelation: original && pearson(original.width, measured.width),
    closureRecall: recall,
    closurePrecision: precision,
    silenceMotion: silenceMotion(measured, wanted.speech),
  };
}
