import type { YuvFrame } from '../media/frame.ts';
import { RegionCropper } from './crop.ts';
import { lookAt, type PictureModel } from './inference.ts';
import { LANDMARK_COUNT, type Landmarks } from './landmarks.ts';
import { MESH_INPUT, MESH_OUTPUTS } from './models.ts';
import type { FaceRegion } from './region.ts';

export interface MeshResult {
  readonly points: Landmarks;
  /** 0 to 1: how sure the network is that the region shows a face. */
  readonly presence: number;
}

/** Places the 468 points of a face with FaceMesh (Kartynnik et al. 2019). */
export class FaceMesh {
  readonly #model: PictureModel;
  readonly #cropper = new RegionCropper(MESH_INPUT.size);
  readonly #input = new Float32Array(MESH_INPUT.size ** 2 * 3);

  constructor(models: { readonly mesh: PictureModel }) {
    this.#model = models.mesh;
  }

  /** The points of the face in `region`, in pixels of the frame. Gives points even where there is no face: see `presence`. */
  async landmarks(frame: YuvFrame, region: FaceRegion): Promise<MeshResult> {
    this.#cropper.crop(frame, region, this.#input);
    const read = await lookAt(this.#model, MESH_INPUT, this.#input);
    return { points: placeInFrame(read(MESH_OUTPUTS.points), region), presence: read(MESH_OUTPUTS.presence)[0] };
  }
}

/** `raw` is in pixels of the network's input, whose left edge is 0 and right edge its size. */
function placeInFrame(raw: Float32Array, region: FaceRegion): Landmarks {
  const scale = region.size / MESH_INPUT.size;
  const cos = Math.cos(region.roll) * scale;
  const sin = Math.sin(region.roll) * scale;
  const centre = MESH_INPUT.size / 2;
  const points = new Float32Array(LANDMARK_COUNT * 3);
  for (let i = 0; i < points.length; i += 3) {
    const right = raw[i] - centre;
    const down = raw[i + 1] - centre;
    points[i] = region.x + right * cos - down * sin;
    points[i + 1] = region.y + right * sin + down * cos;
    points[i + 2] = raw[i + 2] * scale;
  }
  return points;
}
