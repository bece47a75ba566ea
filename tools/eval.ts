import { parseArgs } from 'node:util';
import { z } from 'zod';
import { RESOLUTIONS, SYNC_MODES, talkV2VRequest } from '../schema/request.ts';
import { loadFaceModels } from '../worker/face/models.ts';
import { createRetalkEngine } from '../worker/retalk/engine.ts';
import { loadMouthNetwork } from '../worker/speech/mouth-network.ts';
import { evaluate } from './eval/evaluate.ts';
import { passthrough } from './eval/passthrough.ts';

// `npm run eval`: renders one clip with no services and prints one JSON object that says how good the result is. worker/quality/README.md
// explains the measures.

const USAGE = `npm run eval -- --video FILE --audio FILE [options]

  --reference        the audio is the video's own voice, so its mouth is the truth; --audio may be left out
  --out FILE.mp4     keep the result
  --sheet FILE.png   write a contact sheet of mouths: source above result
  --resolution R     ${RESOLUTIONS.join(' | ')}
  --sync-mode M      ${SYNC_MODES.join(' | ')}
  --frame-rate N     frames per second of the result
  --max-frames N     stop after so many frames
  --passthrough      leave the pictures as they are: what the measures say about the source itself; with --reference, how well
                     the articulation matches the speaker's real mouth`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      video: { type: 'string' },
      audio: { type: 'string' },
      reference: { type: 'boolean', default: false },
      out: { type: 'string' },
      sheet: { type: 'string' },
      resolution: { type: 'string' },
      'sync-mode': { type: 'string' },
      'frame-rate': { type: 'string' },
      'max-frames': { type: 'string' },
      passthrough: { type: 'boolean', default: false },
    },
  });
  const videoPath = values.video;
  const voicePath = values.audio ?? (values.reference ? values.video : undefined);
  if (videoPath === undefined || voicePath === undefined) throw new Error(USAGE);
  const request = talkV2VRequest.parse({
    // The request names its inputs by reference; here the files are at hand.
    inputVideo: 'upload://evaluation',
    audioFile: 'upload://evaluation',
    resolution: values.resolution,
    syncMode: values['sync-mode'],
    frameRate: optionalNumber(values['frame-rate']),
    maxFrames: optionalNumber(values['max-frames']),
  });
  await using faceModels = await loadFaceModels();
  await using mouthNetwork = await loadMouthNetwork();
  const evaluation = await evaluate({
    videoPath,
    voicePath,
    request,
    engine: values.passthrough ? passthrough : createRetalkEngine({ face: faceModels, mouth: mouthNetwork }),
    faceModels,
    mouthNetwork,
    reference: values.reference,
    outPath: values.out,
    sheetPath: values.sheet,
    signal: new AbortController().signal,
  });
  console.log(JSON.stringify(evaluation, rounded, 2));
}

function optionalNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** Nobody reads the fourth digit, and it differs between machines. JSON has no infinity: equal pictures say so. */
function rounded(_: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

try {
  await main();
} catch (error) {
  if (error instanceof z.ZodError) console.error(z.prettifyError(error));
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
