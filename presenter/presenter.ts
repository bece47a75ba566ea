import type { YuvFrame } from '../worker/media/frame.ts';
import { createBodyLayer, createRoom } from './backdrop.ts';
import { blend, bounds, paintBox } from './compose.ts';
import { eyeBounds, eyeColour } from './eyes.ts';
import { createGrain, toYuv } from './film.ts';
import { growHair } from './hair.ts';
import type { Layer } from './layer.ts';
import { type LipOutline, lipOutline } from './lip-outline.ts';
import { mouthColour } from './mouth.ts';
import type { PresenterPose } from './pose.ts';
import { createHeadLayer } from './skin.ts';
import { ABOVE_ORIGIN_CM, PICTURE_HEIGHT_CM, type Stage, stageFor, toFace, toRest } from './stage.ts';

/** Distance in pixels between the points at which the face's bending is worked out; between them it is straight. */
const MESH_STEP = 6;
/** The head's picture is kept a little finer than the result, so that moving it doesn't blur it. */
const HEAD_DETAIL = 1.3;

const ROOM_COARSENESS = 4;

/** Draws the presenter at one size. Light and hair are worked out once, when it is made (about a second at 720 lines). */
export interface Presenter {
  readonly width: number;
  readonly height: number;
  /** Paints the presenter into a frame of this size. The same pose always gives the same bytes. */
  draw(pose: PresenterPose, target: YuvFrame): void;
}

/** Throws a RangeError when a side is odd or shorter than 64 pixels. */
export function createPresenter(width: number, height: number): Presenter {
  if (width % 2 !== 0 || height % 2 !== 0 || width < 64 || height < 64) {
    throw new RangeError(`a presenter's sides are even and at least 64 pixels, not ${width}x${height}`);
  }
  const scale = height / PICTURE_HEIGHT_CM;
  const left = -(width - 1) / 2 / scale;
  const right = left + width / scale;
  const room = drawRoom(width, height);
  const body = createBodyLayer(left, right, PICTURE_HEIGHT_CM - ABOVE_ORIGIN_CM, scale);
  const head = createHeadLayer(scale * HEAD_DETAIL);
  growHair(head);
  const canvas = new Float32Array(width * height * 4);
  const grain = createGrain();
  return {
    width,
    height,
    draw(pose, target) {
      if (target.width !== width || target.height !== height) {
        throw new RangeError(`this presenter draws ${width}x${height}, not ${target.width}x${target.height}`);
      }
      canvas.set(room);
      const stage = stageFor(width, height, pose.head);
      drawBody(canvas, width, height, body, pose, stage);
      const lips = lipOutline(pose.mouth);
      drawHead(canvas, width, height, head, pose, lips, stage);
      drawMouth(canvas, width, height, lips, stage);
      for (const side of [-1, 1]) drawEye(canvas, width, height, pose, side, stage);
      toYuv(canvas, target, grain, pose.grain);
    },
  };
}

/** The room is far out of focus: a quarter of the detail is enough, and it never moves. */
function drawRoom(width: number, height: number): Float32Array {
  const scale = height / PICTURE_HEIGHT_CM / ROOM_COARSENESS;
  const halfWidth = ((width + 2 * ROOM_COARSENESS) / ROOM_COARSENESS - 1) / 2 / scale;
  const layer = createRoom(
    -halfWidth,
    -ABOVE_ORIGIN_CM,
    halfWidth + 2 / scale,
    2 / scale + PICTURE_HEIGHT_CM - ABOVE_ORIGIN_CM,
    scale,
  );
  const room = new Float32Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      blend(room, (y * width + x) * 4, layer, (x + ROOM_COARSENESS / 2) / ROOM_COARSENESS, y / ROOM_COARSENESS);
  }
  return room;
}

/** The chest rises with the breath and follows a third of the head's way. */
function drawBody(
  canvas: Float32Array,
  width: number,
  height: number,
  body: Layer,
  pose: PresenterPose,
  stage: Stage,
): void {
  const shiftY = (-pose.breath + 0.15 * pose.head.y) * stage.pixelsPerCm;
  const shiftX = 0.3 * pose.head.x * stage.pixelsPerCm;
  const top = stage.originY + body.top * stage.pixelsPerCm + shiftY;
  for (let y = Math.max(0, Math.ceil(top)); y < height; y++) {
    const sourceY = Math.min(body.height - 1.001, y - top);
    for (let x = 0; x < width; x++) {
      blend(canvas, (y * width + x) * 4, body, Math.max(0, Math.min(body.width - 1.001, x - shiftX)), sourceY);
    }
  }
}

function drawHead(
  canvas: Float32Array,
  width: number,
  height: number,
  layer: Layer,
  pose: PresenterPose,
  lips: LipOutline,
  stage: Stage,
): void {
  const [fromX, fromY, toX, toY] = bounds(
    stage,
    width,
    height,
    layer.left,
    layer.top,
    -layer.left,
    layer.top + layer.height / layer.pixelsPerCm + 3,
  );
  const columns = Math.ceil((toX - fromX) / MESH_STEP) + 2;
  const now = new Float32Array(2);
  const meshRow = (y: number) => {
    const row = new Float32Array(columns * 2);
    for (let i = 0; i < columns; i++) {
      toFace(stage, fromX + i * MESH_STEP, y, now);
      toRest(lips, pose, now[0], now[1], now);
      row[i * 2] = (now[0] - layer.left) * layer.pixelsPerCm;
      row[i * 2 + 1] = (now[1] - layer.top) * layer.pixelsPerCm;
    }
    return row;
  };
  let upper = meshRow(fromY);
  for (let stripe = fromY; stripe < toY; stripe += MESH_STEP) {
    const lower = meshRow(stripe + MESH_STEP);
    for (let y = stripe; y < Math.min(stripe + MESH_STEP, toY); y++) {
      const down = (y - stripe) / MESH_STEP;
      for (let x = fromX; x < toX; x++) {
        const i = Math.floor((x - fromX) / MESH_STEP);
        const along = (x - fromX) / MESH_STEP - i;
        const a = i * 2;
        const topX = upper[a] + (upper[a + 2] - upper[a]) * along;
        const bottomX = lower[a] + (lower[a + 2] - lower[a]) * along;
        const topY = upper[a + 1] + (upper[a + 3] - upper[a + 1]) * along;
        const bottomY = lower[a + 1] + (lower[a + 3] - lower[a + 1]) * along;
        const sourceX = topX + (bottomX - topX) * down;
        const sourceY = topY + (bottomY - topY) * down;
        if (sourceX < 0 || sourceY < 0 || sourceX >= layer.width - 1 || sourceY >= layer.height - 1) continue;
        blend(canvas, (y * width + x) * 4, layer, sourceX, sourceY);
      }
    }
    upper = lower;
  }
}

function drawMouth(canvas: Float32Array, width: number, height: number, lips: LipOutline, stage: Stage): void {
  const reach = lips.halfWidth + 1.2;
  const box = bounds(stage, width, height, -reach, lips.upperOuter[40] - 0.6, reach, lips.lowerOuter[0] + 1.2);
  paintBox(canvas, width, box, stage, (x, y, out) => mouthColour(lips, x, y, out));
}

function drawEye(
  canvas: Float32Array,
  width: number,
  height: number,
  pose: PresenterPose,
  side: number,
  stage: Stage,
): void {
  const box = bounds(stage, width, height, ...eyeBounds(side));
  paintBox(canvas, width, box, stage, (x, y, out) => eyeColour(pose, side, x, y, out));
}
