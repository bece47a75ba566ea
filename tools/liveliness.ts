import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SYNC_MODES, talkV2VRequest } from '../schema/request.ts';
import type { LipSyncSession } from '../worker/engines/engine.ts';
import { loadFaceModels } from '../worker/face/models.ts';
import { SourceVideo } from '../worker/media/decode.ts';
import { detectFilterSupport } from '../worker/media/filter-support.ts';
import { type Liveliness, planLivelyTimeline } from '../worker/media/lively-timeline.ts';
import { planLength, planPicture } from '../worker/media/output-plan.ts';
import { probeAudio, probeVideo } from '../worker/media/probe.ts';
import { toNumber } from '../worker/media/rational.ts';
import { planTimeline } from '../worker/media/timeline.ts';
import { decodeVoice } from '../worker/media/voice.ts';
import { headCalm } from '../worker/quality/head-calm.ts';
import { createRetalkEngine } from '../worker/retalk/engine.ts';
import { loadMouthNetwork } from '../worker/speech/mouth-network.ts';

// `npx tsx tools/liveliness.ts --video FILE --audio FILE [--sync-mode bounce|remap|silence]`: how calm the head is in the voice's pauses
// beside how much it moves in speech, with the plain timeline and with the lively one. Renders nothing.

const { values } = parseArgs({
  options: { video: { type: 'string' }, audio: { type: 'string' }, 'sync-mode': { type: 'string', default: 'bounce' } },
});
const { video, audio } = values;
const mode = SYNC_MODES.find((name) => name === values['sync-mode']);
if (video === undefined || audio === undefined || mode === undefined) throw new Error('--video FILE --audio FILE');

const signal = new AbortController().signal;
const request = talkV2VRequest.parse({
  inputVideo: 'upload://evaluation',
  audioFile: 'upload://evaluation',
  resolution: '480p',
  syncMode: mode,
});
const directory = await mkdtemp(join(tmpdir(), 'talk-v2v-liveliness-'));
try {
  const facts = await probeVideo(video, signal);
  const picture = planPicture(request, facts);
  const frameRate = toNumber(picture.frameRate);
  const voice = await decodeVoice(audio, await probeAudio(audio, signal), { signal });
  await using face = await loadFaceModels();
  await using mouth = await loadMouthNetwork();
  const support = await detectFilterSupport(signal);
  await using source = new SourceVideo({ path: video, facts, picture, support, scratchDir: directory });
  const { width, height } = picture;
  await using session: LipSyncSession = createRetalkEngine({ face, mouth }).open({
    width,
    height,
    frameRate,
    request,
    signal,
  });
  const frames = source.decode({ maxFrames: Number.MAX_SAFE_INTEGER, signal });
  const sourceFrames = await session.analyse(frames, () => undefined);
  const { frames: outputFrames } = planLength(request, picture.frameRate, voice.seconds, sourceFrames);
  await session.articulate(voice, outputFrames);
  const liveliness = session.liveliness?.();
  if (!liveliness) throw new TypeError('the engine says nothing of motion');
  const started = performance.now();
  const lively = await planLivelyTimeline({ mode, sourceFrames, outputFrames, frameRate, liveliness });
  const planMs = performance.now() - started;
  const measured = (timeline: Int32Array, { speech, motion }: Liveliness) => headCalm(timeline, speech, motion);
  const plain = measured(planTimeline(mode, sourceFrames, outputFrames), liveliness);
  console.log(
    JSON.stringify(
      { frameRate, sourceFrames, outputFrames, planMs, plain, lively: measured(lively, liveliness) },
      rounded,
      2,
    ),
  );
} finally {
  await rm(directory, { recursive: true, force: true });
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(3)) : value;
}
