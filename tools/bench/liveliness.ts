import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SYNC_MODES, type SyncMode, talkV2VRequest } from '../../schema/request.ts';
import { loadFaceModels } from '../../worker/face/models.ts';
import { SourceVideo } from '../../worker/media/decode.ts';
import { detectFilterSupport } from '../../worker/media/filter-support.ts';
import { planLivelyTimeline } from '../../worker/media/lively-timeline.ts';
import { planLength, planPicture } from '../../worker/media/output-plan.ts';
import { probeAudio, probeVideo } from '../../worker/media/probe.ts';
import { toNumber } from '../../worker/media/rational.ts';
import { planTimeline } from '../../worker/media/timeline.ts';
import { decodeVoice } from '../../worker/media/voice.ts';
import { headCalm } from '../../worker/quality/head-calm.ts';
import { createRetalkEngine } from '../../worker/retalk/engine.ts';
import { loadMouthNetwork } from '../../worker/speech/mouth-network.ts';

const USAGE = `npm run bench -- liveliness --video FILE --audio FILE [--sync-mode ${SYNC_MODES.join('|')}]`;

/**
 * How calm the head is in the voice's pauses beside how much it moves in speech, with the plain timeline and with the
 * lively one. Plans only, renders nothing.
 */
export async function benchLiveliness(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      video: { type: 'string' },
      audio: { type: 'string' },
      'sync-mode': { type: 'string', default: 'bounce' },
    },
  });
  const mode = SYNC_MODES.find((name) => name === values['sync-mode']);
  if (values.video === undefined || values.audio === undefined || mode === undefined) return void console.error(USAGE);
  const directory = await mkdtemp(join(tmpdir(), 'talk-v2v-liveliness-'));
  try {
    const report = await comparePlans(directory, values.video, values.audio, mode);
    console.log(JSON.stringify(report, rounded, 2));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function comparePlans(directory: string, videoPath: string, voicePath: string, mode: SyncMode) {
  const signal = new AbortController().signal;
  const inputs = { inputVideo: 'upload://benchmark', audioFile: 'upload://benchmark' };
  const request = talkV2VRequest.parse({ ...inputs, resolution: '480p', syncMode: mode });
  const facts = await probeVideo(videoPath, signal);
  const picture = planPicture(request, facts);
  const { width, height } = picture;
  const frameRate = toNumber(picture.frameRate);
  const voice = await decodeVoice(voicePath, await probeAudio(voicePath, signal), { signal });
  const support = await detectFilterSupport(signal);
  await using face = await loadFaceModels();
  await using mouth = await loadMouthNetwork();
  await using source = new SourceVideo({ path: videoPath, facts, picture, support, scratchDir: directory });
  await using session = createRetalkEngine({ face, mouth }).open({ width, height, frameRate, request, signal });
  const frames = source.decode({ maxFrames: Number.MAX_SAFE_INTEGER, signal });
  const sourceFrames = await session.analyse(frames, () => undefined);
  const { frames: outputFrames } = planLength(request, picture.frameRate, voice.seconds, sourceFrames);
  await session.articulate(voice, outputFrames);
  const liveliness = session.liveliness?.();
  if (liveliness === undefined) throw new TypeError('the engine says nothing of motion');
  const startedAt = performance.now();
  const lively = await planLivelyTimeline({ mode, sourceFrames, outputFrames, frameRate, liveliness });
  const planMs = performance.now() - startedAt;
  const plain = planTimeline(mode, sourceFrames, outputFrames);
  const calm = (timeline: Int32Array) => headCalm(timeline, liveliness.speech, liveliness.motion);
  return { frameRate, sourceFrames, outputFrames, planMs, plain: calm(plain), lively: calm(lively) };
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(3)) : value;
}
