import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import type { Landmarks } from '../../face/landmarks.ts';
import { type FaceModels, loadFaceModels } from '../../face/models.ts';
import { FaceTracker } from '../../face/tracker.ts';
import { SourceVideo } from '../../media/decode.ts';
import { detectFilterSupport } from '../../media/filter-support.ts';
import { planPicture } from '../../media/output-plan.ts';
import { probeAudio, probeVideo } from '../../media/probe.ts';
import { decodeVoice } from '../../media/voice.ts';
import { measureMouths } from '../../quality/mouth-series.ts';

// `npx tsx worker/speech/training/measure-lips.ts FOLDER CLIP...`: how people in clips with their own voice really move
// their lips, for evaluate_lips.py. Writes NAME.json (opening and width per frame, null without a face) and NAME.f32
// (16 kHz floats).

/** Every clip on the same grid, so that lags in frames mean the same time. */
const FRAME_RATE = 25;

async function measureLips(path: string, folder: string, models: FaceModels): Promise<void> {
  const { signal } = new AbortController();
  const facts = await probeVideo(path, signal);
  const picture = planPicture({ resolution: '720p', frameRate: FRAME_RATE, keepProportion: 'crop' }, facts);
  const support = await detectFilterSupport(signal);
  const scratchDir = await mkdtemp(join(tmpdir(), 'talk-v2v-lips-'));
  try {
    await using source = new SourceVideo({ path, facts, picture, support, scratchDir });
    const tracker = new FaceTracker(models, { frameRate: FRAME_RATE });
    const faces: (Landmarks | undefined)[] = [];
    for await (const frame of source.decode({ maxFrames: Number.MAX_SAFE_INTEGER, signal })) {
      faces.push((await tracker.observe(frame))?.points.slice());
    }
    const { opening, width } = measureMouths(faces);
    const { samples } = await decodeVoice(path, await probeAudio(path, signal), { signal });
    const stem = join(folder, parse(path).name);
    // JSON has no NaN: it writes null.
    const lips = { frameRate: FRAME_RATE, opening: Array.from(opening), width: Array.from(width) };
    await writeFile(`${stem}.json`, JSON.stringify(lips));
    await writeFile(`${stem}.f32`, samples);
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}

const [folder, ...clips] = process.argv.slice(2);
if (folder === undefined || clips.length === 0) throw new Error('usage: measure-lips.ts FOLDER CLIP...');
await mkdir(folder, { recursive: true });
await using models = await loadFaceModels();
for (const clip of clips) await measureLips(clip, folder, models);
