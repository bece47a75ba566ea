import { imageSize, KEEP_PROPORTIONS, type Resolution, SYNC_MODES, talkV2VRequest } from '../../schema/request.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';
import { SpeakerInput } from './speaker.ts';

export const ResolutionEnum = builder.enumType('Resolution', {
  description: 'Size and price tier.',
  values: { P480: { value: '480p' }, P720: { value: '720p' } } as const satisfies Record<string, { value: Resolution }>,
});

export const KeepProportionEnum = builder.enumType('KeepProportion', { values: enumValues(KEEP_PROPORTIONS) });
export const SyncModeEnum = builder.enumType('SyncMode', { values: enumValues(SYNC_MODES) });

const ImageSizeInput = builder.inputType('ImageSizeInput', {
  fields: (t) => ({
    width: t.int({ required: true, description: imageSize.shape.width.description }),
    height: t.int({ required: true, description: imageSize.shape.height.description }),
  }),
});

const { shape } = talkV2VRequest;

/** Names, descriptions and rules are those of `schema/request.ts`, which also checks the values. */
export const TalkV2VInput = builder.inputType('TalkV2VInput', {
  fields: (t) => ({
    inputVideo: t.string({ required: true, description: shape.inputVideo.description }),
    audioFile: t.string({ required: true, description: shape.audioFile.description }),
    prompt: t.string({ description: shape.prompt.description }),
    negativePrompt: t.string({ description: shape.negativePrompt.description }),
    model: t.string({ description: shape.model.description }),
    function: t.string({ description: shape.function.description }),
    resolution: t.field({ type: ResolutionEnum, description: shape.resolution.description }),
    imageSize: t.field({ type: ImageSizeInput, description: shape.imageSize.description }),
    keepProportion: t.field({ type: KeepProportionEnum, description: shape.keepProportion.description }),
    audioDuration: t.float({ description: shape.audioDuration.description }),
    frameRate: t.int({ description: shape.frameRate.description }),
    maxFrames: t.int({ description: shape.maxFrames.description }),
    steps: t.int({ description: shape.steps.description }),
    cfgScale: t.float({ description: shape.cfgScale.description }),
    crf: t.int({ description: shape.crf.description }),
    seed: t.int({ description: shape.seed.description }),
    syncMode: t.field({ type: SyncModeEnum, description: shape.syncMode.description }),
    articulation: t.float({ description: shape.articulation.description }),
    speaker: t.field({ type: SpeakerInput, description: shape.speaker.description }),
  }),
});

/** GraphQL clients send null for what they leave out; the contract knows only absence. */
export function withoutNulls(input: object): object {
  const given = Object.entries(input).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, isInputObject(value) ? withoutNulls(value) : value]));
}

function isInputObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
