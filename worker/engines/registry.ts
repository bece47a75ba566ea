import type { JobWarning } from '../../schema/job.ts';
import type { TalkV2VRequest } from '../../schema/request.ts';
import { JobFailure } from '../failure.ts';
import type { EngineField, LipSyncEngine } from './engine.ts';

const ENGINE_FIELDS = [
  'prompt',
  'negativePrompt',
  'function',
  'steps',
  'cfgScale',
  'seed',
  'articulation',
  'speaker',
] as const satisfies EngineField[];
/** A field with a default is always set; only another value shows that the caller meant it. */
const DEFAULTS: Partial<Record<EngineField, unknown>> = { seed: 0, articulation: 1 };

/** The models that this worker can run. */
export class EngineRegistry {
  readonly #engines: ReadonlyMap<string, LipSyncEngine>;

  constructor(engines: LipSyncEngine[]) {
    this.#engines = new Map(engines.map((engine) => [engine.model, engine]));
  }

  get models(): string[] {
    return [...this.#engines.keys()];
  }

  /** Throws `JobFailure` MODEL_NOT_FOUND. */
  find(model: string): LipSyncEngine {
    const engine = this.#engines.get(model);
    if (engine !== undefined) return engine;
    throw new JobFailure('MODEL_NOT_FOUND', `There is no model '${model}' here. Offered: ${this.models.join(', ')}.`);
  }
}

/** One warning for every field that the caller set and the model doesn't use. */
export function ignoredFields(engine: LipSyncEngine, request: TalkV2VRequest): JobWarning[] {
  return ENGINE_FIELDS.filter(
    (field) => !engine.uses.has(field) && request[field] !== undefined && request[field] !== DEFAULTS[field],
  ).map((field) => ({ code: 'FIELD_IGNORED', message: `The model '${engine.model}' does not use '${field}'.` }));
}
