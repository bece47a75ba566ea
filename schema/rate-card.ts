import type { Resolution, TalkV2VRequest } from './request.ts';

/** Credits per whole second of output. */
export const CREDITS_PER_SECOND = { '480p': 5, '720p': 10 } as const satisfies Record<Resolution, number>;

/** Whole seconds are charged, rounded down, but never less than one. */
export function billedSeconds(outputSeconds: number): number {
  return Math.max(1, Math.floor(outputSeconds));
}

/** What a result of this length costs. The API page's example, 8.5 s at 720p, costs 80. */
export function creditsFor(resolution: Resolution, outputSeconds: number): number {
  return billedSeconds(outputSeconds) * CREDITS_PER_SECOND[resolution];
}

/**
 * How long the output can be at most, from the request alone, in seconds: the bound of the credit hold.
 * `unknownSeconds` is assumed where the request doesn't bound the length; the worker settles the hold to the true
 * length before it renders.
 */
export function boundedSeconds(
  request: Pick<TalkV2VRequest, 'audioDuration' | 'maxFrames' | 'frameRate'>,
  unknownSeconds: number,
): number {
  const bounds = [request.audioDuration ?? unknownSeconds];
  if (request.maxFrames !== undefined && request.frameRate !== undefined)
    bounds.push(request.maxFrames / request.frameRate);
  return Math.min(...bounds);
}
