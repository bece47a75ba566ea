import type { Voice } from '../engines/engine.ts';
import { JobFailure } from '../failure.ts';
import { probeAudio, type VideoFacts } from '../media/probe.ts';
import { FfmpegError } from '../media/run-ffmpeg.ts';
import { decodeVoice } from '../media/voice.ts';

/** A minute of speech shows how somebody moves the lips; more of it only costs time. */
const LONGEST_SECONDS = 60;

/**
 * The sound that the source video came with, from which an engine may learn how this person speaks. `undefined` when there is none that
 * can be read: nobody asked for this sound, so its faults are no reason to fail. Rejects with the signal's reason when it aborts.
 */
export async function decodeOwnVoice(
  path: string,
  facts: Pick<VideoFacts, 'hasAudio'>,
  signal: AbortSignal,
): Promise<Voice | undefined> {
  if (!facts.hasAudio) return undefined;
  try {
    const audio = await probeAudio(path, signal);
    return await decodeVoice(path, audio, { useSeconds: LONGEST_SECONDS, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof JobFailure || error instanceof FfmpegError) return undefined;
    throw error;
  }
}
