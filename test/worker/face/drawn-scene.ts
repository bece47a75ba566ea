import { type MouthPose, poseAt, RESTING_MOUTH } from '../../../presenter/pose.ts';
import { createPresenter, type Presenter } from '../../../presenter/presenter.ts';
import { createFrame, planes, type YuvFrame } from '../../../worker/media/frame.ts';

/** A place in a scene where the presenter's picture is laid; even numbers of pixels. */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly mouth?: Partial<MouthPose>;
  readonly timeSeconds?: number;
}

const SEED = 3;
const presenters = new Map<string, Presenter>();

/** Pictures that hold the drawn presenter where the test wants it, on a plain ground. Without placements nobody is there. */
export function scene(width: number, height: number, placements: readonly Placement[], ground = 90): YuvFrame {
  const frame = createFrame(width, height);
  const target = planes(frame);
  target.y.fill(ground);
  target.u.fill(128);
  target.v.fill(128);
  for (const placement of placements) {
    const source = planes(drawPresenter(placement));
    const { left, top } = placement;
    copy(source.y, placement.width, target.y, width, left, top);
    copy(source.u, placement.width / 2, target.u, width / 2, left / 2, top / 2);
    copy(source.v, placement.width / 2, target.v, width / 2, left / 2, top / 2);
  }
  return frame;
}

function drawPresenter({ width, height, mouth, timeSeconds = 0.4 }: Placement): YuvFrame {
  const key = `${width}x${height}`;
  const presenter = presenters.get(key) ?? createPresenter(width, height);
  presenters.set(key, presenter);
  const frame = createFrame(width, height);
  presenter.draw(poseAt(timeSeconds, { ...RESTING_MOUTH, ...mouth }, SEED), frame);
  return frame;
}

function copy(
  source: Uint8Array,
  sourceWidth: number,
  target: Uint8Array,
  targetWidth: number,
  left: number,
  top: number,
): void {
  const targetHeight = target.length / targetWidth;
  for (let row = 0; row < source.length / sourceWidth && top + row < targetHeight; row++) {
    const line = source.subarray(row * sourceWidth, row * sourceWidth + Math.min(sourceWidth, targetWidth - left));
    target.set(line, (top + row) * targetWidth + left);
  }
}
