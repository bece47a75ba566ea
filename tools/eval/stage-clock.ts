import type { Stage } from '../../schema/job.ts';

/** Adds up how long each stage of a run took, from the moments at which the pipeline reports. */
export class StageClock {
  readonly #now: () => number;
  readonly #milliseconds = new Map<Stage, number>();
  #stage: Stage | undefined;
  #since: number;

  /** `now` gives milliseconds that only grow. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  enter(stage: Stage): void {
    this.#settle();
    this.#stage = stage;
  }

  /** Takes time out of the running stage that wasn't the pipeline's own. */
  exclude(milliseconds: number): void {
    this.#since += milliseconds;
  }

  /** Ends the running stage. Milliseconds of every stage that ran, in their order. */
  stop(): Partial<Record<Stage, number>> {
    this.#settle();
    this.#stage = undefined;
    return Object.fromEntries(this.#milliseconds);
  }

  #settle(): void {
    const now = this.#now();
    if (this.#stage)
      this.#milliseconds.set(this.#stage, (this.#milliseconds.get(this.#stage) ?? 0) + now - this.#since);
    this.#since = now;
  }
}
