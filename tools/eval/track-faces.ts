import type { Landmarks } from '../../worker/face/landmarks.ts';
import type { FaceModels } from '../../worker/face/models.ts';
import { FaceTracker } from '../../worker/face/tracker.ts';
import type { YuvFrame } from '../../worker/media/frame.ts';

/**
 * The followed face's landmarks in every frame as the models see them, neither smoothed nor filled in: `undefined` where there is no
 * face.
 */
export async function trackFaces(
  frames: AsyncIterable<YuvFrame>,
  models: FaceModels,
  frameRate: number,
): Promise<(Landmarks | undefined)[]> {
  const tracker = new FaceTracker(models, { frameRate });
  const faces: (Landmarks | undefined)[] = [];
  for await (const frame of frames) {
    const seen = await tracker.observe(frame);
    faces.push(seen?.points.slice());
  }
  return faces;
}
