import type { PictureBox, PicturePoint } from '../../schema/speaker.ts';
import type { OutputPicture } from './output-plan.ts';

/** Pixels; (0, 0) is the centre of the first one. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type PictureGeometry = Pick<OutputPicture, 'width' | 'height' | 'fit'>;

/**
 * Where in the output's pictures a box lies that is given in fractions of the source's picture as a player shows it: upright, with
 * square pixels. Scaling, cropping and padding are those of the plan, so the place is exact; it may lie outside, where the picture is cropped.
 */
export function outputPlace({ left, top, right, bottom }: PictureBox, { fit }: PictureGeometry): Place {
  const shift = pictureShift(fit);
  return {
    left: left * fit.scaledWidth + shift.x - 0.5,
    top: top * fit.scaledHeight + shift.y - 0.5,
    right: right * fit.scaledWidth + shift.x - 0.5,
    bottom: bottom * fit.scaledHeight + shift.y - 0.5,
  };
}

/** The inverse for a point: fractions of the source's picture for pixels of the output's. */
export function sourcePoint(
  { x, y }: { readonly x: number; readonly y: number },
  { fit }: PictureGeometry,
): PicturePoint {
  const shift = pictureShift(fit);
  return { x: (x + 0.5 - shift.x) / fit.scaledWidth, y: (y + 0.5 - shift.y) / fit.scaledHeight };
}

/** Whether the result shows the middle of a place. */
export function isShown({ left, top, right, bottom }: Place, { width, height }: PictureGeometry): boolean {
  const x = (left + right) / 2 + 0.5;
  const y = (top + bottom) / 2 + 0.5;
  return x >= 0 && x <= width && y >= 0 && y <= height;
}

function pictureShift({ placement }: PictureGeometry['fit']): { readonly x: number; readonly y: number } {
  if (placement.kind === 'exact') return { x: 0, y: 0 };
  const sign = placement.kind === 'pad' ? 1 : -1;
  return { x: sign * placement.x, y: sign * placement.y };
}
