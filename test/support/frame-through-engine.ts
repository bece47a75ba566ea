import type { OpenEngines } from '../../worker/engines/all-engines.ts';
import type { LipSyncEngine, LipSyncSession } from '../../worker/engines/engine.ts';

export interface Hooks {
  /** Before the first frame is analysed; what it throws, the engine throws. */
  readonly onAnalyse?: (signal: AbortSignal) => Promise<void> | void;
  /** Before each rendered frame. */
  readonly onFrame?: (index: number, signal: AbortSignal) => Promise<void> | void;
}

/**
 * A model that shows every frame as it is: for tests of what happens around a model. Decoding, encoding and storing
 * are the real ones.
 */
export function frameThroughEngine(hooks: Hooks = {}): LipSyncEngine {
  return {
    model: 'retalk',
    uses: new Set(['seed']),
    open: ({ signal }): LipSyncSession => ({
      async analyse(frames, progress) {
        await hooks.onAnalyse?.(signal);
        let count = 0;
        for await (const _ of frames) {
          count += 1;
          progress(count);
        }
        return count;
      },
      async articulate() {},
      async *render(_timeline, base) {
        let index = 0;
        for await (const frame of base) {
          await hooks.onFrame?.(index, signal);
          yield frame;
          index += 1;
        }
      },
      async [Symbol.asyncDispose]() {},
    }),
  };
}

export function serving(engine: LipSyncEngine): () => Promise<OpenEngines> {
  return async () => ({ engines: [engine], async [Symbol.asyncDispose]() {} });
}
