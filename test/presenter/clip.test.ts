import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { makePresenterClip, OWN_WORDS, phonemesOf, presenterClip } from '../../presenter/clip.ts';
import { RESTING_MOUTH } from '../../presenter/pose.ts';
import { mouthTrack } from '../../presenter/visemes.ts';

const SMALL = { width: 160, height: 120 };
const probeSchema = z.object({
  streams: z.array(
    z.object({
      codec_type: z.string(),
      duration: z.coerce.number(),
      nb_frames: z.coerce.number(),
      color_space: z.string().optional(),
    }),
  ),
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'presenter-'));
});
afterAll(() => rm(folder, { recursive: true }));

function probe(path: string) {
  const printed = execFileSync('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', path], { encoding: 'utf8' });
  const { streams } = probeSchema.parse(JSON.parse(printed));
  return { video: streams.find((s) => s.codec_type === 'video'), audio: streams.find((s) => s.codec_type === 'audio') };
}

test('a clip has the frames, the length and the truth that were asked for', async () => {
  const outPath = join(folder, 'spoken.mp4');
  const mouth = mouthTrack(await phonemesOf(OWN_WORDS), 1 / 25);
  const truth = await makePresenterClip({ outPath, seconds: 1.2, mouth, voicePath: OWN_WORDS.audioPath, ...SMALL });
  const { video, audio } = probe(outPath);
  expect(truth).toHaveLength(30);
  expect(video).toMatchObject({ nb_frames: 30, color_space: 'bt709' });
  expect(video?.duration).toBeCloseTo(1.2, 3);
  expect(audio?.duration).toBeCloseTo(1.2, 1);
  expect(Math.max(...truth.map((frame) => frame.opening))).toBeGreaterThan(0.04);
});

test('a voice that ends early is followed by silence up to the last frame', async () => {
  const outPath = join(folder, 'padded.mp4');
  await makePresenterClip({
    outPath,
    seconds: 8,
    mouth: () => RESTING_MOUTH,
    voicePath: OWN_WORDS.audioPath,
    width: 64,
    height: 64,
    frameRate: 10,
  });
  const { video, audio } = probe(outPath);
  expect(video?.nb_frames).toBe(80);
  expect(audio?.duration).toBeCloseTo(8, 1);
});

test('without a voice the clip is silent', async () => {
  const outPath = join(folder, 'silent.mp4');
  await makePresenterClip({ outPath, seconds: 0.4, mouth: () => RESTING_MOUTH, ...SMALL });
  expect(probe(outPath)).toMatchObject({ video: { nb_frames: 10 }, audio: undefined });
});

test('a clip that cannot be written is an error with ffmpeg’s own words', async () => {
  const outPath = join(folder, 'no-such-folder', 'clip.mp4');
  await expect(makePresenterClip({ outPath, seconds: 0.4, mouth: () => RESTING_MOUTH, ...SMALL })).rejects.toThrow(
    /No such file or directory/,
  );
});

test('the presenter’s clip is drawn once, whole, and then kept', async () => {
  const cache = join(folder, 'cache');
  const [path, same] = await Promise.all([presenterClip(cache, SMALL), presenterClip(cache, SMALL)]);
  expect(same).toBe(path);
  const first = await stat(path);
  expect(await presenterClip(cache, SMALL)).toBe(path);
  expect((await stat(path)).mtimeMs).toBe(first.mtimeMs);
  expect(await readdir(cache)).toHaveLength(1);
  const { video, audio } = probe(path);
  expect(video?.duration).toBeGreaterThan(6);
  expect(audio?.duration).toBeCloseTo(video?.duration ?? 0, 1);
});
