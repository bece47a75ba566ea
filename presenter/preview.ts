import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createFrame } from '../worker/media/frame.ts';
import { type MouthPose, poseAt, RESTING_MOUTH } from './pose.ts';
import { createPresenter } from './presenter.ts';

/** Writes one PNG with a row of faces per kind of mouth: `node --import tsx presenter/preview.ts OUT.png [WIDTH HEIGHT]`. */
const SHEET: readonly Partial<MouthPose>[] = [
  {},
  { opening: 0.25 },
  { opening: 0.5 },
  { opening: 0.9, width: -0.1 },
  { opening: 0.3, width: -0.9 },
  { opening: 0.2, width: 0.9 },
  { closure: 1 },
  { teethOnLip: 1 },
  { opening: 0.3, tongue: 1 },
];

const [out, width = '640', height = '480', only] = process.argv.slice(2);
if (!out) throw new Error('give the path of the PNG to write');
const presenter = createPresenter(Number(width), Number(height));
const frame = createFrame(presenter.width, presenter.height);
const poses = only === undefined ? SHEET : [SHEET[Number(only)]];
const tiles = poses.length === 1 ? '1x1' : '3x3';
const size = `${presenter.width}x${presenter.height}`;
const ffmpeg = spawn(
  'ffmpeg',
  [
    ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', size, '-color_range', 'tv', '-i', 'pipe:0'],
    ...['-vf', `scale=in_color_matrix=bt709:in_range=tv,format=rgb24,tile=${tiles}`, '-frames:v', '1', out],
  ],
  { stdio: ['pipe', 'inherit', 'inherit'] },
);
for (const [i, mouth] of poses.entries()) {
  const pose = poseAt(i * 1.7, { ...RESTING_MOUTH, ...mouth }, 1);
  presenter.draw({ ...pose, blink: i === 4 ? 0.5 : i === 6 ? 1 : 0 }, frame);
  if (!ffmpeg.stdin.write(Buffer.from(frame.data))) await once(ffmpeg.stdin, 'drain');
}
ffmpeg.stdin.end();
const [code] = await once(ffmpeg, 'exit');
if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
