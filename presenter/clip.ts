import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createFrame } from '../worker/media/frame.ts';
import { type MouthPose, poseAt } from './pose.ts';
import { createPresenter } from './presenter.ts';
import { type MouthTruth, mouthTruth } from './truth.ts';
import { mouthTrack, type Phoneme } from './visemes.ts';

/** Raise it when the drawing or the voice changes, so that cached clips are made anew. */
const CLIP_VERSION = 1;
const DEFAULT_SEED = 3;
/** Nearly lossless: the clip stands for a camera's recording, not for a download. */
const CLIP_CRF = '14';

/** The presenter's own recording and the one to lip-sync to: speech of two different people, about 7 s each. */
export const OWN_WORDS = voice('own-words');
export const NEW_WORDS = voice('new-words');

export interface PresenterVoice {
  readonly audioPath: string;
  readonly phonemesPath: string;
}

function voice(name: string): PresenterVoice {
  const path = (file: string) => fileURLToPath(new URL(`./voice/${file}`, import.meta.url));
  return { audioPath: path(`${name}.flac`), phonemesPath: path(`${name}.phonemes.json`) };
}

const phonemesSchema = z.array(z.object({ start: z.number(), end: z.number(), ipa: z.string() }));

/** The sounds of a voice, in order, with the times at which the synthesiser spoke them. */
export async function phonemesOf(voice: PresenterVoice): Promise<Phoneme[]> {
  return phonemesSchema.parse(JSON.parse(await readFile(voice.phonemesPath, 'utf8')));
}

/** The mouth that speaks a voice's sounds, for pictures at `frameRate`: what `makePresenterClip` takes as `mouth`. */
export async function presenterMouth(
  voice: PresenterVoice,
  frameRate = CLIP_FRAME_RATE,
): Promise<(timeSeconds: number) => MouthPose> {
  return mouthTrack(await phonemesOf(voice), 1 / frameRate);
}

export interface PresenterClipOptions {
  readonly outPath: string;
  readonly seconds: number;
  /** The mouth at a time in seconds. */
  readonly mouth: (timeSeconds: number) => MouthPose;
  /** Sound to go with it, from the first frame on; cut or padded with silence to `seconds`. Without it the clip is silent. */
  readonly voicePath?: string;
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
  readonly seed?: number;
}

export const CLIP_FRAME_RATE = 25;
export const CLIP_SIZE: PictureSize = { width: 960, height: 720 };

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Draws an MP4 of the presenter (H.264, AAC) and gives the truth about each frame. Throws when ffmpeg fails. */
export async function makePresenterClip(options: PresenterClipOptions): Promise<MouthTruth[]> {
  const {
    outPath,
    seconds,
    mouth,
    voicePath,
    width = CLIP_SIZE.width,
    height = CLIP_SIZE.height,
    frameRate = CLIP_FRAME_RATE,
  } = options;
  const seed = options.seed ?? DEFAULT_SEED;
  const frameCount = Math.round(seconds * frameRate);
  const ffmpeg = spawn(
    'ffmpeg',
    encodeArguments(width, height, frameRate, frameCount / frameRate, outPath, voicePath),
    {
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  let complaint = '';
  ffmpeg.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const truth: MouthTruth[] = [];
  function* pictures() {
    const presenter = createPresenter(width, height);
    for (let i = 0; i < frameCount; i++) {
      const pose = poseAt(i / frameRate, mouth(i / frameRate), seed);
      // The pipe keeps the buffer until it is written: each frame needs its own.
      const frame = createFrame(width, height);
      presenter.draw(pose, frame);
      truth.push(mouthTruth(pose, width, height));
      yield frame.data;
    }
  }
  const [[code], pipeFailure] = await Promise.all([
    once(ffmpeg, 'close'),
    pipeline(Readable.from(pictures(), { highWaterMark: 1 }), ffmpeg.stdin).then(
      () => undefined,
      (error: unknown) => error,
    ),
  ]);
  // When both failed, ffmpeg's exit is the reason and the broken pipe its consequence.
  if (code !== 0) {
    throw new Error(`ffmpeg could not write ${outPath} (exit ${code}): ${complaint.trim()}`, { cause: pipeFailure });
  }
  if (pipeFailure) throw pipeFailure;
  return truth;
}

function encodeArguments(
  width: number,
  height: number,
  frameRate: number,
  seconds: number,
  outPath: string,
  voicePath: string | undefined,
): string[] {
  const picture = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'yuv420p',
    '-s',
    `${width}x${height}`,
    '-r',
    `${frameRate}`,
    '-i',
    'pipe:0',
  ];
  const sound = voicePath ? ['-i', voicePath] : [];
  const colour = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];
  return [
    ...['-v', 'error', '-y', ...picture, ...sound],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', CLIP_CRF, ...colour],
    ...(voicePath ? ['-af', 'aresample=48000,apad', '-c:a', 'aac', '-b:a', '128k'] : []),
    ...['-t', `${seconds}`, '-movflags', '+faststart', '-f', 'mp4', outPath],
  ];
}

/**
 * Path of the presenter saying its own words, drawn on first use and kept in `cacheDir`. Safe to call from several
 * processes at once: the file appears whole or not at all.
 */
export async function presenterClip(cacheDir: string, size: PictureSize = CLIP_SIZE): Promise<string> {
  const path = join(cacheDir, `presenter-${CLIP_VERSION}-${size.width}x${size.height}.mp4`);
  if (await exists(path)) return path;
  await mkdir(cacheDir, { recursive: true });
  const unfinished = `${path}.${randomUUID()}.part`;
  const phonemes = await phonemesOf(OWN_WORDS);
  try {
    await makePresenterClip({
      outPath: unfinished,
      ...size,
      seconds: clipSeconds(phonemes),
      mouth: await presenterMouth(OWN_WORDS),
      voicePath: OWN_WORDS.audioPath,
    });
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return path;
}

/** A quiet moment follows the last sound, then the clip ends with a whole frame. */
function clipSeconds(phonemes: readonly Phoneme[]): number {
  const spoken = phonemes.at(-1)?.end ?? 0;
  return Math.ceil((spoken + 0.4) * CLIP_FRAME_RATE) / CLIP_FRAME_RATE;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
