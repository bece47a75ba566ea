import type { Landmarks } from '../../worker/face/landmarks.ts';
import { faceScale } from '../../worker/face/mouth-shape.ts';
import { createFrame, planes, type YuvFrame } from '../../worker/media/frame.ts';
import { GLOBAL_ARGS } from '../../worker/media/input-args.ts';
import { FfmpegProcess } from '../../worker/media/run-ffmpeg.ts';
import { mouthArea } from '../../worker/quality/area.ts';

const COLUMNS = 12;
const BANDS = 3;
/** Side of a picture on the sheet in pixels; even, because colour is stored for pairs. */
const TILE = 160;
/** Side of what a tile shows, over the distance from forehead to nose: nose to chin, and the cheeks where a seam would run. */
const FACE_SCALES = 1.5;

interface Square {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/**
 * Pictures of the mouth for looking at: evenly chosen frames from left to right in three bands, in each the source above the result.
 * A frame without a face shows the middle of the picture.
 */
export class ContactSheet {
  readonly #picture = createFrame(COLUMNS * TILE, BANDS * 2 * TILE);
  readonly #chosen: readonly number[];

  constructor(frameCount: number) {
    const tiles = Math.min(frameCount, COLUMNS * BANDS);
    this.#chosen = Array.from({ length: tiles }, (_, i) => Math.floor(((i + 0.5) * frameCount) / tiles));
  }

  add(frameNumber: number, source: YuvFrame, result: YuvFrame, points: Landmarks | undefined): void {
    const tile = this.#chosen.indexOf(frameNumber);
    if (tile < 0) return;
    const square = points ? aroundMouth(points, source) : middle(source);
    const left = (tile % COLUMNS) * TILE;
    const top = Math.floor(tile / COLUMNS) * 2 * TILE;
    drawTile(this.#picture, left, top, source, square);
    drawTile(this.#picture, left, top + TILE, result, square);
  }

  /** Writes the sheet as a PNG. Throws `FfmpegError`. */
  async write(path: string, signal: AbortSignal): Promise<void> {
    const { width, height, data } = this.#picture;
    const input = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-video_size', `${width}x${height}`, '-i', 'pipe:0'];
    const colour = ['-vf', 'scale=in_color_matrix=bt709:in_range=limited', '-pix_fmt', 'rgb24'];
    const output = ['-frames:v', '1', '-f', 'image2', '-c:v', 'png', '-update', '1', `file:${path}`];
    await using ffmpeg = new FfmpegProcess('ffmpeg', [...GLOBAL_ARGS, ...input, ...colour, ...output], { signal });
    await ffmpeg.write(data);
    ffmpeg.stdin.end();
    await ffmpeg.completed;
  }
}

function aroundMouth(points: Landmarks, { width, height }: YuvFrame): Square {
  const lips = mouthArea(points, width, height);
  return {
    x: lips.left + lips.width / 2,
    y: lips.top + lips.height / 2,
    size: faceScale(points) * FACE_SCALES,
  };
}

function middle({ width, height }: YuvFrame): Square {
  return { x: width / 2, y: height / 2, size: Math.min(width, height) };
}

function drawTile(sheet: YuvFrame, left: number, top: number, from: YuvFrame, square: Square): void {
  const target = planes(sheet);
  const source = planes(from);
  for (const plane of ['y', 'u', 'v'] as const) {
    const scale = plane === 'y' ? 1 : 2;
    const side = TILE / scale;
    const step = square.size / scale / side;
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const x = (square.x - square.size / 2) / scale + (column + 0.5) * step - 0.5;
        const y = (square.y - square.size / 2) / scale + (row + 0.5) * step - 0.5;
        const at = (top / scale + row) * (sheet.width / scale) + left / scale + column;
        target[plane][at] = sample(source[plane], from.width / scale, from.height / scale, x, y);
      }
    }
  }
}

/** Bilinear; the picture's edge goes on beyond it. */
function sample(plane: Uint8Array, width: number, height: number, x: number, y: number): number {
  const clampedX = Math.max(0, Math.min(width - 1.001, x));
  const clampedY = Math.max(0, Math.min(height - 1.001, y));
  const column = Math.floor(clampedX);
  const row = Math.floor(clampedY);
  const dx = clampedX - column;
  const at = row * width + column;
  const upper = plane[at] + dx * (plane[at + 1] - plane[at]);
  const lower = plane[at + width] + dx * (plane[at + width + 1] - plane[at + width]);
  return Math.round(upper + (clampedY - row) * (lower - upper));
}
