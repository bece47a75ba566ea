import type { HeardVoice } from '../speech/adaptation/agreement.ts';
import { recogniseOwnSpeech } from '../speech/adaptation/own-speech.ts';
import type { ClipTrack } from './clip-track.ts';
import type { Gallery } from './gallery.ts';
import type { MouthShape } from './mouth-shape.ts';

/**
 * The mouths of the frames in which this person is seen to say what the clip's own sound says; none when sound and mouth don't belong
 * together.
 */
export function talkingMouths(
  { mouths }: Pick<Gallery, 'mouths'>,
  track: Pick<ClipTrack, 'length' | 'hasFace'>,
  voice: HeardVoice,
  frameRate: number,
): MouthShape[] {
  const frames = Array.from({ length: track.length }, (_, frame) => frame).filter((frame) => track.hasFace(frame));
  const opening = new Float32Array(track.length).fill(Number.NaN);
  const width = new Float32Array(track.length).fill(Number.NaN);
  for (const [i, frame] of frames.entries()) {
    opening[frame] = mouths[i].opening;
    width[frame] = mouths[i].width;
  }
  const own = recogniseOwnSpeech(voice, { opening, width, frameRate });
  return own ? mouths.filter((_, i) => own.talking[frames[i]]) : [];
}
