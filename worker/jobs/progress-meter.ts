import { STAGES, type Stage, type StageTiming } from '../../schema/job.ts';

/**
 * Share of an attempt's time that each stage takes, measured on 10 s of 720p with two cores (`npm run bench -- pipeline`).
 * Only the smoothness of the progress bar depends on them.
 */
const WEIGHTS: Record<Stage, number> = {
  fetch: 0.03,
  probe: 0.02,
  analyse: 0.3,
  articulate: 0.02,
  render: 0.55,
  encode: 0.03,
  verify: 0.03,
  store: 0.02,
};

/** Too early a guess jumps about: no ETA before this share is done. */
const LEAST_SHARE_FOR_ETA = 0.05;

export interface Reading {
  readonly stage: Stage;
  readonly progress: number;
  readonly etaSeconds: number | null;
  readonly stages: StageTiming[];
}

/** Turns "stage X is at fraction f" into the share of the whole attempt, the time left, and what each stage took. */
export class ProgressMeter {
  readonly #now: () => number;
  readonly #startedAt: number;
  #stage: Stage = STAGES[0];
  #stageStartedAt: number;
  #fraction = 0;
  readonly #done: StageTiming[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#startedAt = now();
    this.#stageStartedAt = this.#startedAt;
  }

  /** Reports progress; entering a later stage closes the one before. Fractions never go back. */
  report(stage: Stage, fraction: number): void {
    if (stage !== this.#stage) {
      this.#close();
      this.#stage = stage;
      this.#fraction = 0;
    }
    this.#fraction = Math.max(this.#fraction, Math.min(1, fraction));
  }

  read(): Reading {
    const before = STAGES.slice(0, STAGES.indexOf(this.#stage)).reduce((sum, stage) => sum + WEIGHTS[stage], 0);
    const progress = Math.min(1, before + WEIGHTS[this.#stage] * this.#fraction);
    const elapsedSeconds = (this.#now() - this.#startedAt) / 1000;
    const etaSeconds = progress < LEAST_SHARE_FOR_ETA ? null : (elapsedSeconds * (1 - progress)) / progress;
    return { stage: this.#stage, progress, etaSeconds, stages: [...this.#done] };
  }

  /** Closes the last stage and gives the times of all. */
  finish(): StageTiming[] {
    this.#close();
    return [...this.#done];
  }

  #close(): void {
    const now = this.#now();
    const seconds = (now - this.#stageStartedAt) / 1000;
    this.#done.push({ name: this.#stage, startedAt: new Date(this.#stageStartedAt).toISOString(), seconds });
    this.#stageStartedAt = now;
  }
}
