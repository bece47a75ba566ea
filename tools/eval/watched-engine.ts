import type { LipSyncEngine, LipSyncSession, Voice } from '../../worker/engines/engine.ts';
import type { YuvFrame } from '../../worker/media/frame.ts';

/** Looks on while an engine renders. */
export interface EngineWatcher {
  heard(voice: Voice, frameCount: number): void;
  planned(timeline: Int32Array): void;
  /** A frame as the engine gave it, beside a copy of what it got. Both are only valid during the call. */
  rendered(result: YuvFrame, source: YuvFrame, frameNumber: number): void;
}

/** The same engine, with somebody looking on; `ownVoice` decides what it is told of the source's own sound. */
export function watched(
  engine: LipSyncEngine,
  watcher: EngineWatcher,
  ownVoice: (voice: Voice | undefined) => Voice | undefined = (voice) => voice,
): LipSyncEngine {
  return {
    model: engine.model,
    uses: engine.uses,
    open: (clip) => watchedSession(engine.open(clip), watcher, ownVoice),
  };
}

function watchedSession(
  session: LipSyncSession,
  watcher: EngineWatcher,
  ownVoice: (voice: Voice | undefined) => Voice | undefined,
): LipSyncSession {
  return {
    chooseSpeaker: session.chooseSpeaker?.bind(session),
    analyse: (frames, progress, voice) => session.analyse(frames, progress, ownVoice(voice)),
    articulate(voice, frameCount) {
      watcher.heard(voice, frameCount);
      return session.articulate(voice, frameCount);
    },
    liveliness: session.liveliness?.bind(session),
    async *render(timeline, base) {
      watcher.planned(timeline);
      const untouched: YuvFrame[] = [];
      let frameNumber = 0;
      for await (const result of session.render(timeline, copied(base, untouched))) {
        // An engine may read ahead; frames leave it in the order in which they came.
        const source = untouched.shift();
        if (!source) throw new RangeError(`${frameNumber + 1} frames out of fewer in`);
        watcher.rendered(result, source, frameNumber++);
        yield result;
      }
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

async function* copied(frames: AsyncIterable<YuvFrame>, copies: YuvFrame[]): AsyncGenerator<YuvFrame> {
  for await (const frame of frames) {
    copies.push({ ...frame, data: frame.data.slice() });
    yield frame;
  }
}
