import { MAX_FRAME_RATE, MAX_OUTPUT_SECONDS, type TalkV2VRequest } from '../../schema/request.ts';
import { type Size, TIER_BOX } from '../../schema/resolution.ts';
import { JobFailure } from '../failure.ts';
import type { VideoFacts } from './probe.ts';
import { type Rational, toNumber } from './rational.ts';

/** The rates that cameras, phones and broadcasters use; slowest first. */
const COMMON_RATES: readonly Rational[] = [
  { num: 10, den: 1 },
  { num: 12, den: 1 },
  { num: 25, den: 2 },
  { num: 15, den: 1 },
  { num: 20, den: 1 },
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
];
const FASTEST_RATE: Rational = { num: MAX_FRAME_RATE, den: 1 };
/** A clip that misses up to 5 % of its frames still has the rate of its grid. */
const SAME_GRID = 0.95;
/** Containers round rates: 29.97 and 2997/100 mean 30000/1001. Half the distance from 23.976 to 24. */
const SAME_RATE = 0.0005;
/** A rate measured over a few seconds is this uncertain. */
const MEASURED_RATE = 0.02;
/** For sources that show no motion (a single picture, a slide show): lips need a rate of their own. */
const STILL_RATE: Rational = { num: 25, den: 1 };
/** Below this, mouth shapes of 80–100 ms fall between the frames, so the source's rate is of no use. */
const MIN_SPEECH_RATE = 10;

/** How source pixels become output pixels: scale, then cut out or surround. All values in pixels and even. */
export interface Fit {
  readonly scaledWidth: number;
  readonly scaledHeight: number;
  /** Where the picture lies in the scaled one (crop) or the scaled one in the picture (pad). */
  readonly placement:
    | { readonly kind: 'exact' }
    | { readonly kind: 'crop' | 'pad'; readonly x: number; readonly y: number };
}

export interface OutputPicture {
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly fit: Fit;
}

export type PictureRequest = Pick<TalkV2VRequest, 'resolution' | 'imageSize' | 'keepProportion' | 'frameRate'>;
/** What a file says about its own rate. */
export type SourceRate = Pick<VideoFacts, 'averageFrameRate' | 'nominalFrameRate'>;
export type LengthRequest = Pick<TalkV2VRequest, 'syncMode' | 'audioDuration' | 'maxFrames'>;

/** Size, rate and geometry of the result's pictures. */
export function planPicture(request: PictureRequest, facts: VideoFacts): OutputPicture {
  const frameRate = planFrameRate(request.frameRate, facts);
  if (!request.imageSize) {
    const { width, height } = fitIntoBox(facts.width, facts.height, TIER_BOX[request.resolution]);
    return {
      width,
      height,
      frameRate,
      fit: { scaledWidth: width, scaledHeight: height, placement: { kind: 'exact' } },
    };
  }
  const { width, height } = request.imageSize;
  return { width, height, frameRate, fit: planFit(request.keepProportion, facts, width, height) };
}

/**
 * The requested rate, else the source's, at most 60. A constant rate stays exactly what it is; a variable one becomes
 * the next common rate that drops no frame on average.
 */
export function planFrameRate(
  requested: number | undefined,
  { averageFrameRate, nominalFrameRate }: SourceRate,
): Rational {
  if (requested !== undefined) return { num: requested, den: 1 };
  const average = averageFrameRate ? toNumber(averageFrameRate) : 0;
  if (average < MIN_SPEECH_RATE * SAME_GRID) return STILL_RATE;
  if (average >= MAX_FRAME_RATE) return FASTEST_RATE;
  const nominal = nominalFrameRate ? toNumber(nominalFrameRate) : 0;
  const onGrid = average / nominal >= SAME_GRID && average / nominal <= 1 / SAME_GRID;
  if (!nominalFrameRate || !onGrid) return variableRate(average);
  const nearest = nearestCommonRate(nominal);
  return Math.abs(toNumber(nearest) / nominal - 1) < SAME_RATE ? nearest : nominalFrameRate;
}

export interface OutputLength {
  readonly frames: number;
  /** Exactly what `frames` last. */
  readonly seconds: number;
  /** How much of the voice is heard; the rest of `seconds` is silent. */
  readonly voiceSeconds: number;
}

/**
 * Length of the result. `voiceSeconds` is what the audio file really holds, `sourceFrames` counts the source at the
 * output's rate. Throws `JobFailure` AUDIO_TOO_SHORT when the voice doesn't last for one frame.
 */
export function planLength(
  request: LengthRequest,
  frameRate: Rational,
  voiceSeconds: number,
  sourceFrames: number,
): OutputLength {
  const rate = toNumber(frameRate);
  const heard = Math.min(voiceSeconds, request.audioDuration ?? Number.POSITIVE_INFINITY);
  if (heard * rate < 1) {
    throw new JobFailure(
      'AUDIO_TOO_SHORT',
      `The voice lasts ${heard.toFixed(3)} s, less than one video frame. Send a longer one.`,
    );
  }
  const frames = Math.min(
    wantedFrames(request.syncMode, Math.round(heard * rate), sourceFrames),
    frameLimit(request, frameRate),
  );
  const seconds = frames / rate;
  return { frames, seconds, voiceSeconds: Math.min(heard, seconds) };
}

/**
 * How many frames of the source can matter to the result: all of them where they are squeezed into the voice's length
 * or outlast it, else as many as the voice lasts.
 */
export function sourceFrameLimit(request: LengthRequest, frameRate: Rational, voiceSeconds: number): number {
  if (request.syncMode === 'remap') return MAX_OUTPUT_SECONDS * MAX_FRAME_RATE;
  const limit = frameLimit(request, frameRate);
  return request.syncMode === 'silence'
    ? limit
    : Math.max(1, Math.min(limit, Math.round(voiceSeconds * toNumber(frameRate))));
}

function wantedFrames(mode: TalkV2VRequest['syncMode'], voiceFrames: number, sourceFrames: number): number {
  switch (mode) {
    case 'cut_off':
      return Math.min(voiceFrames, sourceFrames);
    case 'silence':
      return Math.max(voiceFrames, sourceFrames);
    case 'bounce':
    case 'loop':
    case 'remap':
      return voiceFrames;
  }
}

/** `audioDuration` bounds the output in every mode, because it also bounds the credits that were held for it. */
function frameLimit({ audioDuration, maxFrames }: LengthRequest, frameRate: Rational): number {
  const seconds = Math.min(audioDuration ?? MAX_OUTPUT_SECONDS, MAX_OUTPUT_SECONDS);
  return Math.max(1, Math.min(Math.round(seconds * toNumber(frameRate)), maxFrames ?? Number.POSITIVE_INFINITY));
}

function variableRate(average: number): Rational {
  const nearest = nearestCommonRate(average);
  if (Math.abs(toNumber(nearest) / average - 1) < MEASURED_RATE) return nearest;
  return COMMON_RATES.find((rate) => toNumber(rate) > average) ?? FASTEST_RATE;
}

function nearestCommonRate(rate: number): Rational {
  const distance = (candidate: Rational) => Math.abs(Math.log(toNumber(candidate) / rate));
  return COMMON_RATES.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best));
}

function fitIntoBox(width: number, height: number, box: Size): { width: number; height: number } {
  const landscape = Math.min(box.width / width, box.height / height);
  const portrait = Math.min(box.height / width, box.width / height);
  const scale = Math.max(landscape, portrait);
  return { width: even(width * scale), height: even(height * scale) };
}

function planFit(keep: TalkV2VRequest['keepProportion'], source: VideoFacts, width: number, height: number): Fit {
  const scales = [width / source.width, height / source.height];
  if (keep === 'stretch') return { scaledWidth: width, scaledHeight: height, placement: { kind: 'exact' } };
  const scale = keep === 'crop' ? Math.max(...scales) : Math.min(...scales);
  const scaledWidth = even(source.width * scale);
  const scaledHeight = even(source.height * scale);
  if (scaledWidth === width && scaledHeight === height)
    return { scaledWidth, scaledHeight, placement: { kind: 'exact' } };
  const x = evenFloor(Math.abs(scaledWidth - width) / 2);
  const y = evenFloor(Math.abs(scaledHeight - height) / 2);
  return { scaledWidth, scaledHeight, placement: { kind: keep, x, y } };
}

function even(value: number): number {
  return Math.max(2, Math.round(value / 2) * 2);
}

function evenFloor(value: number): number {
  return Math.floor(value / 2) * 2;
}
