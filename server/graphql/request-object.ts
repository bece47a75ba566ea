import { type TalkV2VRequest, talkV2VRequest } from '../../schema/request.ts';
import { builder } from './builder.ts';
import { KeepProportionEnum, ResolutionEnum, SyncModeEnum } from './request-input.ts';
import { SpeakerObject } from './speaker.ts';

const { shape } = talkV2VRequest;

const ImageSizeObject = builder.objectRef<{ width: number; height: number }>('ImageSize').implement({
  fields: (t) => ({
    width: t.exposeInt('width', { description: 'pixels' }),
    height: t.exposeInt('height', { description: 'pixels' }),
  }),
});

/** What a job was asked to do: the fields of `TalkV2VInput`, of which those with a default are always there. */
export const TalkV2VRequestObject = builder.objectRef<TalkV2VRequest>('TalkV2VRequest').implement({
  description: 'A request as it was submitted, with the defaults of what was left out.',
  fields: (t) => ({
    inputVideo: t.exposeString('inputVideo', { description: shape.inputVideo.description }),
    audioFile: t.exposeString('audioFile', { description: shape.audioFile.description }),
    prompt: t.exposeString('prompt', { nullable: true, description: shape.prompt.description }),
    negativePrompt: t.exposeString('negativePrompt', {
      nullable: true,
      description: shape.negativePrompt.description,
    }),
    model: t.exposeString('model', { description: shape.model.description }),
    function: t.exposeString('function', { nullable: true, description: shape.function.description }),
    resolution: t.expose('resolution', { type: ResolutionEnum, description: shape.resolution.description }),
    imageSize: t.expose('imageSize', {
      type: ImageSizeObject,
      nullable: true,
      description: shape.imageSize.description,
    }),
    keepProportion: t.expose('keepProportion', {
      type: KeepProportionEnum,
      description: shape.keepProportion.description,
    }),
    audioDuration: t.exposeFloat('audioDuration', { nullable: true, description: shape.audioDuration.description }),
    frameRate: t.exposeInt('frameRate', { nullable: true, description: shape.frameRate.description }),
    maxFrames: t.exposeInt('maxFrames', { nullable: true, description: shape.maxFrames.description }),
    steps: t.exposeInt('steps', { nullable: true, description: shape.steps.description }),
    cfgScale: t.exposeFloat('cfgScale', { nullable: true, description: shape.cfgScale.description }),
    crf: t.exposeInt('crf', { description: shape.crf.description }),
    seed: t.exposeInt('seed', { description: shape.seed.description }),
    syncMode: t.expose('syncMode', { type: SyncModeEnum, description: shape.syncMode.description }),
    articulation: t.float({
      description: shape.articulation.description,
      // Jobs from before the field was known don't hold it.
      resolve: (request) => request.articulation ?? shape.articulation.parse(undefined),
    }),
    speaker: t.expose('speaker', { type: SpeakerObject, nullable: true, description: shape.speaker.description }),
  }),
});
