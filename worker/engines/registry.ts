import type { JobWarning } from '../../schema/job.ts';
import { MODEL_FIELDS } from '../../schema/models.ts';
import { type TalkV2VRequest, talkV2VRequest } from '../../schema/request.ts';
import { JobFailure } from '../failure.ts';
import type { LipSyncEngine } from './engine.ts';

/** A field with a default is always set; only another value shows that the caller meant it. */
const DEFAULTS = talkV2VRequest.parse({ inputVideo: 'upload://defaults', audioFile: 'upload://defaults' });

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
  const ignored = MODEL_FIELDS.filter((field) => !engine.uses.has(field) && request[field] !== DEFAULTS[field]);
  return ignored.map((field) => ({
    code: 'FIELD_IGNORED',
    message: `The model '${engine.model}' does not use '${field}'.`,
  }));
}
