import { ClipTrack, type FrameFacts } from '../../../worker/retalk/clip-track.ts';
import { SHAPE_LENGTH } from '../../../worker/retalk/face-points.ts';
import { SPOT_VALUES } from '../../../worker/retalk/occlusion.ts';

const FACTS: FrameFacts = {
  shape: new Float32Array(SHAPE_LENGTH),
  skin: { y: 100, u: 128, v: 128 },
  sharpness: 1,
  noise: 0,
  track: 0,
  presence: 1,
  spots: new Uint8Array(SPOT_VALUES).fill(100),
};

/** A track of `frames` frames in one shot; `facts` says what is special about each, `undefined` is a frame without a face. */
export function trackOf(
  frames: number,
  facts: (frame: number) => Partial<FrameFacts> | undefined,
  shot: (frame: number) => number = () => 0,
): ClipTrack {
  const track = new ClipTrack();
  for (let frame = 0; frame < frames; frame++) {
    const special = facts(frame);
    track.push(special && { ...FACTS, ...special }, shot(frame));
  }
  return track;
}
