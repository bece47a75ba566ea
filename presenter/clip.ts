import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Draws an MP4 of the presenter (H.264, AAC) and gives the truth about each frame. Throws when ffmpeg fails. */
export async function makePresenterClip(options: PresenterClipOptions): Promise<MouthTruth[]> {
  const { outPath, seconds, mouth, voicePath, width = 960, height = 720, frameRate = CLIP_FRAME_RATE } = options;
  const seed = options.seed ?? DEFAULT_SEED;
  const presenter = createPresenter(width, height);
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
  // A broken pipe shows as ffmpeg's exit code, which says more.
  ffmpeg.stdin.on('error', () => {});
  const closed = once(ffmpeg, 'close');
  const truth: MouthTruth[] = [];
  for (let i = 0; i < frameCount && ffmpeg.exitCode === null; i++) {
    const pose = poseAt(i / frameRate, mouth(i / frameRate), seed);
    // The pipe keeps the buffer until it is written: each frame needs its own.
    const frame = createFrame(width, height);
    presenter.draw(pose, frame);
    truth.push(mouthTruth(pose, width, height));
    if (!ffmpeg.stdin.write(frame.data)) await Promise.race([once(ffmpeg.stdin, 'drain'), closed]);
  }
  ffmpeg.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`ffmpeg could not write ${outPath} (exit ${code}): ${complaint.trim()}`);
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
export async function presenterClip(cacheDir: string): Promise<string> {
  const path = join(cacheDir, `presenter-${CLIP_VERSION}.mp4`);
  if (await exists(path)) return path;
  await mkdir(cacheDir, { recursive: true });
  const unfinished = `${path}.${process.pid}.part`;
  const phonemes = await phonemesOf(OWN_WORDS);
  try {
    await makePresenterClip({
      outPath: unfinished,
      seconds: clipSeconds(phonemes),
      mouth: mouthTrack(phonemes, 1 / CLIP_FRAME_RATE),
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
