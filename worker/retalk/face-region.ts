import { CHEEK_POINTS, CHIN_POINTS, CHIN_TIP, JAW_POINTS, NOSE_BASE, NOSTRILS, OUTER_CORNERS } from './face-points.ts';
import { evenRegion, type Region } from './patch.ts';
import { noseToChin } from './warp-maps.ts';

const LOWER_FACE = [...JAW_POINTS, ...CHEEK_POINTS, ...CHIN_POINTS, ...NOSTRILS, NOSE_BASE];
/** Room around the face for the warp to fade out in, in heights from nose to chin. */
const SIDE_MARGIN = 0.12;
const NECK_MARGIN = 0.7;
/** Exemplars only show what the mask can reach, and a little more for the warp. */
const PATCH_MARGIN = 0.12;

/** The region of a frame that a composition may touch: jaw to jaw, from the nose down into the neck. */
export function lowerFaceRegion(
  base: Float32Array,
  target: Float32Array,
  width: number,
  height: number,
): Region | undefined {
  const scale = noseToChin(base);
  const bounds = boundsOf([base, target], JAW_POINTS);
  const nose = boundsOf([base], [...NOSTRILS, NOSE_BASE]);
  const chin = boundsOf([base, target], [CHIN_TIP]);
  return evenRegion(
    {
      left: bounds.left - SIDE_MARGIN * scale,
      right: bounds.right + SIDE_MARGIN * scale,
      top: Math.min(nose.top, bounds.bottom) - SIDE_MARGIN * scale,
      bottom: Math.max(bounds.bottom, chin.bottom) + NECK_MARGIN * scale,
    },
    width,
    height,
  );
}

/** The region to keep of an exemplar. */
export function exemplarRegion(shape: Float32Array, width: number, height: number): Region | undefined {
  const margin = PATCH_MARGIN * noseToChin(shape);
  const { left, top, right, bottom } = boundsOf([shape], LOWER_FACE_INNER);
  return evenRegion(
    { left: left - margin, top: top - margin, right: right + margin, bottom: bottom + margin },
    width,
    height,
  );
}

/** The region between the corners of the mouth, from the nose down to the chin: where blur shows. */
export function mouthRegion(shape: Float32Array, width: number, height: number): Region | undefined {
  return evenRegion(boundsOf([shape], [...OUTER_CORNERS, NOSE_BASE, CHIN_TIP]), width, height);
}

const LOWER_FACE_INNER = LOWER_FACE.filter(
  (point) => !JAW_POINTS.slice(0, 2).includes(point) && !JAW_POINTS.slice(-2).includes(point),
);

function boundsOf(shapes: readonly Float32Array[], points: readonly number[]) {
  const bounds = {
    left: Number.POSITIVE_INFINITY,
    top: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    bottom: Number.NEGATIVE_INFINITY,
  };
  for (const shape of shapes) {
    for (const point of points) {
      const x = shape[point * 3];
      const y = shape[point * 3 + 1];
      if (x < bounds.left) bounds.left = x;
      if (x > bounds.right) bounds.right = x;
      if (y < bounds.top) bounds.top = y;
      if (y > bounds.bottom) bounds.bottom = y;
    }
  }
  return bounds;
}
