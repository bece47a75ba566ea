import type { LipSyncEngine, LipSyncSession } from '../../worker/engines/engine.ts';

/** An engine that leaves every picture as it is: the baseline of all measures, and the speaker's real mouth for comparison. */
export const passthrough: LipSyncEngine = {
  model: 'passthrough',
  uses: new Set(),
  open: (): LipSyncSession => ({
    async analyse(frames, progress) {
      let count = 0;
      for await (const _ of frames) progress(++count);
      return count;
    },
    articulate: async () => undefined,
    async *render(_, base) {
      yield* base;
    },
    [Symbol.asyncDispose]: async () => undefined,
  }),
};
