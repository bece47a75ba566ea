import type { YuvFrame } from '../media/frame.ts';
import { blazeFaceAnchors } from './anchors.ts';
import { RegionCropper } from './crop.ts';
import { type FaceDetection, mergeDetections } from './detection.ts';
import { lookAt, type PictureModel } from './inference.ts';
import { DETECTOR_INPUT, DETECTOR_OUTPUTS } from './models.ts';
import { type FaceRegion, regionToFrame } from './region.ts';
import { searchTiles } from './tiles.ts';

/** MediaPipe's own threshold for this network. */
const DEFAULT_SCORE = 0.5;
const MERGE_OVERLAP = 0.3;
/** Per anchor: x, y, width, height, then x and y of six keypoints. */
const VALUES_PER_ANCHOR = 16;

/** Finds faces with BlazeFace (Bazarevsky et al. 2019). */
export class FaceDetector {
  readonly #model: PictureModel;
  readonly #anchors = blazeFaceAnchors(DETECTOR_INPUT.size);
  readonly #cropper = new RegionCropper(DETECTOR_INPUT.size);
  readonly #input = new Float32Array(DETECTOR_INPUT.size ** 2 * 3);

  constructor(models: { readonly detector: PictureModel }) {
    this.#model = models.detector;
  }

  /** The faces of a frame, best first. Looks at the whole frame; if that shows none, closer, tile by tile. */
  async detect(frame: YuvFrame): Promise<FaceDetection[]> {
    const found = await this.detectWhole(frame);
    return found.length > 0 ? found : this.detectClose(frame);
  }

  /** One look at the whole frame: finds faces down to about a tenth of its longer side. */
  detectWhole(frame: YuvFrame): Promise<FaceDetection[]> {
    const size = Math.max(frame.width, frame.height);
    return this.detectIn(frame, { x: (frame.width - 1) / 2, y: (frame.height - 1) / 2, size, roll: 0 });
  }

  /** Several looks at parts of the frame: finds faces half as large, at about six times the cost. */
  async detectClose(frame: YuvFrame): Promise<FaceDetection[]> {
    const found: FaceDetection[] = [];
    for (const tile of searchTiles(frame.width, frame.height)) found.push(...(await this.detectIn(frame, tile)));
    return mergeDetections(found, MERGE_OVERLAP);
  }

  /** The faces inside a region of a frame with at least `minimumScore`, best first. */
  async detectIn(frame: YuvFrame, region: FaceRegion, minimumScore = DEFAULT_SCORE): Promise<FaceDetection[]> {
    this.#cropper.crop(frame, region, this.#input, { border: 'black', gain: 2, bias: -1 });
    const read = await lookAt(this.#model, DETECTOR_INPUT, this.#input);
    const fine = read(DETECTOR_OUTPUTS.fineScores);
    const found = [
      ...this.#decode(region, fine, read(DETECTOR_OUTPUTS.fineBoxes), 0, minimumScore),
      ...this.#decode(
        region,
        read(DETECTOR_OUTPUTS.coarseScores),
        read(DETECTOR_OUTPUTS.coarseBoxes),
        fine.length,
        minimumScore,
      ),
    ];
    return mergeDetections(found, MERGE_OVERLAP);
  }

  *#decode(
    region: FaceRegion,
    logits: Float32Array,
    boxes: Float32Array,
    firstAnchor: number,
    minimumScore: number,
  ): Generator<FaceDetection> {
    const minimumLogit = Math.log(minimumScore / (1 - minimumScore));
    for (let i = 0; i < logits.length; i++) {
      // Written so that NaN, which pictures of a few pixels can lead to, finds nothing.
      if (!(logits[i] >= minimumLogit)) continue;
      const anchorX = this.#anchors[2 * (firstAnchor + i)];
      const anchorY = this.#anchors[2 * (firstAnchor + i) + 1];
      const values = boxes.subarray(i * VALUES_PER_ANCHOR, (i + 1) * VALUES_PER_ANCHOR);
      const place = (x: number, y: number) =>
        regionToFrame(region, (anchorX + x) / DETECTOR_INPUT.size, (anchorY + y) / DETECTOR_INPUT.size);
      const centre = place(values[0], values[1]);
      const halfWidth = (values[2] / DETECTOR_INPUT.size) * (region.size / 2);
      const halfHeight = (values[3] / DETECTOR_INPUT.size) * (region.size / 2);
      const keypoint = (index: number) => place(values[4 + 2 * index], values[5 + 2 * index]);
      yield {
        box: {
          left: centre.x - halfWidth,
          top: centre.y - halfHeight,
          right: centre.x + halfWidth,
          bottom: centre.y + halfHeight,
        },
        keypoints: {
          rightEye: keypoint(0),
          leftEye: keypoint(1),
          nose: keypoint(2),
          mouth: keypoint(3),
          rightEar: keypoint(4),
          leftEar: keypoint(5),
        },
        score: 1 / (1 + Math.exp(-logits[i])),
      };
    }
  }
}
