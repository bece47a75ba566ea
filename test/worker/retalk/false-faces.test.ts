import { expect, test } from 'vitest';
import type { ClipTrack } from '../../../worker/retalk/clip-track.ts';
import { forgetFalseFaces } from '../../../worker/retalk/false-faces.ts';
import { trackOf } from './track-of.ts';

const FRAME_RATE = 25;
const facesLeft = (track: ClipTrack) => {
  forgetFalseFaces(track, FRAME_RATE);
  return Array.from({ length: track.length }, (_, frame) => track.hasFace(frame)).filter(Boolean).length;
};

test('a face seen for a few frames of a long shot is none, one that stays is', () => {
  expect(facesLeft(trackOf(50, (frame) => (frame >= 20 && frame < 25 ? {} : undefined)))).toBe(0);
  expect(facesLeft(trackOf(50, (frame) => (frame >= 20 && frame < 35 ? {} : undefined)))).toBe(15);
});

test('each short sighting counts for itself, however many there are', () => {
  expect(facesLeft(trackOf(50, (frame) => (frame % 5 === 0 ? undefined : { track: Math.floor(frame / 5) })))).toBe(0);
});

test('a face that fills a shot of a few frames is one', () => {
  const shot = (frame: number) => (frame < 20 ? 0 : frame < 26 ? 1 : 2);
  expect(facesLeft(trackOf(50, (frame) => (frame >= 20 && frame < 26 ? {} : undefined), shot))).toBe(6);
});

test('pattern that the landmark model doubts all along is no face; a face that is hidden for a moment stays one', () => {
  expect(facesLeft(trackOf(50, () => ({ presence: 0.9993 })))).toBe(0);
  expect(facesLeft(trackOf(50, (frame) => ({ presence: frame < 20 ? 0.6 : 1 })))).toBe(50);
});
