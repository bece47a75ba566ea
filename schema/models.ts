import type { TalkV2VRequest } from './request.ts';

/** The request fields that a model may or may not use; all others the pipeline honours for every model. */
export const MODEL_FIELDS = [
  'prompt',
  'negativePrompt',
  'function',
  'steps',
  'cfgScale',
  'seed',
  'articulation',
  'speaker',
] as const;
export type ModelField = (typeof MODEL_FIELDS)[number];

export interface OfferedModel {
  readonly name: string;
  /** A field that the caller set and that isn't listed here is reported as a warning on the job. */
  readonly uses: readonly ModelField[];
}

/** The default: the speaker's own mouth, retrieved from the source video. */
export const RETALK: OfferedModel = { name: 'retalk', uses: ['seed', 'articulation', 'speaker'] };

/** The lip-sync models that requests may name. */
export const MODELS: readonly OfferedModel[] = [RETALK];

export function findModel(name: TalkV2VRequest['model']): OfferedModel | undefined {
  return MODELS.find((model) => model.name === name);
}
