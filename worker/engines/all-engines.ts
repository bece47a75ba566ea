import type { Environment } from '../../platform/env.ts';
import { Lifecycle } from '../../platform/lifecycle.ts';
import { loadFaceModels } from '../face/models.ts';
import { createRetalkEngine } from '../retalk/engine.ts';
import { loadMouthNetwork } from '../speech/mouth-network.ts';
import type { LipSyncEngine } from './engine.ts';

export interface OpenEngines extends AsyncDisposable {
  readonly engines: LipSyncEngine[];
}

/** Loads every model of this build. */
export function openAllEngines(environment: Pick<Environment, 'INFERENCE_THREADS'>): Promise<OpenEngines> {
  return Lifecycle.open(async (lifecycle) => {
    const face = lifecycle.use(await loadFaceModels({ threads: environment.INFERENCE_THREADS }));
    const mouth = lifecycle.use(await loadMouthNetwork());
    return {
      engines: [createRetalkEngine({ face, mouth })],
      [Symbol.asyncDispose]: () => lifecycle[Symbol.asyncDispose](),
    };
  });
}
