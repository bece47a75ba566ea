import type { Environment } from '../../platform/env.ts';
import { OpenedParts } from '../../platform/opened-parts.ts';
import { loadFaceModels } from '../face/models.ts';
import { createRetalkEngine } from '../retalk/engine.ts';
import { loadMouthNetwork } from '../speech/mouth-network.ts';
import type { LipSyncEngine } from './engine.ts';

export interface OpenEngines extends AsyncDisposable {
  readonly engines: LipSyncEngine[];
}

/** Loads every model of this build. */
export async function openAllEngines(environment: Pick<Environment, 'INFERENCE_THREADS'>): Promise<OpenEngines> {
  await using opened = new OpenedParts();
  const face = opened.use(await loadFaceModels({ threads: environment.INFERENCE_THREADS }));
  const mouth = opened.use(await loadMouthNetwork());
  const engines = [createRetalkEngine({ face, mouth })];
  const parts = opened.move();
  return { engines, [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() };
}
