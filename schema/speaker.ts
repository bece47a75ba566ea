import { z } from 'zod';

/** Which of several faces talks: somebody points at it, in the picture as a player shows it. */

const fraction = z.number().min(0).max(1);

export const picturePoint = z.strictObject({
  x: fraction.describe('0 at the left edge of the source’s picture, 1 at the right one.'),
  y: fraction.describe('0 at the top edge of the source’s picture, 1 at the bottom.'),
});

export const pictureBox = z
  .strictObject({
    left: fraction.describe('0 at the left edge of the source’s picture, 1 at the right one.'),
    top: fraction.describe('0 at the top edge of the source’s picture, 1 at the bottom.'),
    right: fraction.describe('0 at the left edge of the source’s picture, 1 at the right one.'),
    bottom: fraction.describe('0 at the top edge of the source’s picture, 1 at the bottom.'),
  })
  .refine(({ left, right }) => left < right, { path: ['right'], message: 'must be more than left' })
  .refine(({ top, bottom }) => top < bottom, { path: ['bottom'], message: 'must be more than top' });

export const speakerChoice = z
  .strictObject({
    point: picturePoint.optional().describe('A point on the face.'),
    box: pictureBox.optional().describe('A box around the face.'),
    frame: z.int().min(0).optional().describe('The source’s frame that is pointed at, counted from 0.'),
    seconds: z.number().min(0).optional().describe('The time in the source that is pointed at.'),
  })
  .refine(({ point, box }) => (point === undefined) !== (box === undefined), 'must have either a point or a box')
  .refine(({ frame, seconds }) => frame === undefined || seconds === undefined, {
    path: ['seconds'],
    message: 'must not stand beside frame: both say when',
  });

export type PicturePoint = z.output<typeof picturePoint>;
export type PictureBox = z.output<typeof pictureBox>;
export type SpeakerChoice = z.output<typeof speakerChoice>;
