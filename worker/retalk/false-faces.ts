import type { ClipTrack } from './clip-track.ts';

/** Pattern passes for a face for a few frames; a face that is shown for less than this nobody sees talk. */
const LEAST_SECONDS = 0.4;
/** A quick cut may hold a face for less, but then for most of its shot. */
const LEAST_SHARE_OF_SHOT = 0.5;
/** Median over a track. Of twelve clips of real and drawn faces no frame was below 0.99998; test patterns reach 0.9993. */
const LEAST_PRESENCE = 0.9998;

/** Strikes out of a finished track what only looked like a face: too short, or never quite sure. */
export function forgetFalseFaces(track: ClipTrack, frameRate: number): void {
  const shots = new Map<number, number>();
  for (let frame = 0; frame < track.length; frame++) {
    shots.set(track.shot(frame), (shots.get(track.shot(frame)) ?? 0) + 1);
  }
  for (const [first, end] of track.stretches()) {
    const frames = Array.from({ length: end - first }, (_, i) => first + i);
    const presences = frames.map((frame) => track.presence(frame)).toSorted((a, b) => a - b);
    const sure = presences[presences.length >> 1] >= LEAST_PRESENCE;
    const shotFrames = shots.get(track.shot(first)) ?? frames.length;
    const long = frames.length >= LEAST_SECONDS * frameRate || frames.length >= LEAST_SHARE_OF_SHOT * shotFrames;
    if (!sure || !long) for (const frame of frames) track.forgetFace(frame);
  }
}
