import type { JobSnapshot } from '../../schema/job.ts';

/** How long a job is remembered after its last change: longer than any event or re-read can bring that change again. */
const KEPT_MS = 60_000;

/**
 * Tells news from repeats among the snapshots of many jobs. What has not changed for a while is forgotten, so that the
 * memory is bounded by the jobs that change within two such whiles.
 */
export class Revisions {
  readonly #now: () => number;
  #turnedAt: number;
  #recent = new Map<string, number>();
  #older = new Map<string, number>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#turnedAt = now();
  }

  isNews({ id, revision }: JobSnapshot): boolean {
    return revision > Math.max(this.#recent.get(id) ?? 0, this.#older.get(id) ?? 0);
  }

  record({ id, revision }: JobSnapshot): void {
    if (this.#now() - this.#turnedAt >= KEPT_MS) {
      this.#older = this.#recent;
      this.#recent = new Map();
      this.#turnedAt = this.#now();
    }
    this.#recent.set(id, revision);
  }
}
