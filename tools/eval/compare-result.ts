import type { Landmarks } from '../../worker/face/landmarks.ts';
import type { FaceModels } from '../../worker/face/models.ts';
import { FaceTracker } from '../../worker/face/tracker.ts';
import type { YuvFrame } from '../../worker/media/frame.ts';
import type { Luma } from '../../worker/quality/luma.ts';
import { EncodedPictureMeter, type EncodedPictureReport } from '../../worker/quality/picture-meter.ts';
import type { ContactSheet } from './contact-sheet.ts';

export interface ResultComparison {
  /** What the landmark model sees in the encoded result. */
  readonly faces: readonly (Landmarks | undefined)[];
  readonly pictures: EncodedPictureReport;
}

export interface ComparisonInput {
  readonly result: AsyncIterable<YuvFrame>;
  /** Source frame `timeline[k]` as the k-th picture. */
  readonly source: AsyncIterable<YuvFrame>;
  readonly timeline: Int32Array;
  readonly sourceFaces: readonly (Landmarks | undefined)[];
  readonly models: FaceModels;
  readonly frameRate: number;
  readonly sheet?: ContactSheet;
}

/** Goes through the encoded result and its source side by side, once. */
export async function compareResult(input: ComparisonInput): Promise<ResultComparison> {
  const { timeline, sourceFaces, sheet } = input;
  const tracker = new FaceTracker(input.models, { frameRate: input.frameRate });
  const meter = new EncodedPictureMeter();
  const faces: (Landmarks | undefined)[] = [];
  const sources = input.source[Symbol.asyncIterator]();
  try {
    for await (const result of input.result) {
      const source = await sources.next();
      if (source.done) throw new RangeError(`the source ends before frame ${faces.length} of the result`);
      const sourceFrame = timeline[faces.length];
      const sourcePoints = sourceFaces[sourceFrame];
      const resultPoints = (await tracker.observe(result))?.points.slice();
      sheet?.add(faces.length, source.value, result, sourcePoints);
      meter.add({
        result: copiedLuma(result),
        source: copiedLuma(source.value),
        sourceFrame,
        sourcePoints,
        resultPoints,
      });
      faces.push(resultPoints);
    }
  } finally {
    await sources.return?.();
  }
  return { faces, pictures: meter.report() };
}

/** The decoder uses a frame's buffer again; the meter looks back two frames. */
function copiedLuma({ width, height, data }: YuvFrame): Luma {
  return { width, height, data: data.slice(0, width * height) };
}
