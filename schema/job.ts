import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';

/**
 * The life of a job.
 *
 *            claim                     finish
 *   queued ─────────▶ processing ─────────────▶ completed
 *     │ ▲                │  │  │     fail
 *     │ └── hand back ───┘  │  └──────────────▶ failed
 *     │     lease expired   │ cancel
 *     └── cancel, fail ─────┴─────────────────▶ canceled, failed
 *
 * Canceling ends a job at once, whoever works on it: its credits are back and its watchers hear the end. A worker that
 * had it learns so with its next heartbeat; until it has stopped, the canceled row keeps the lease.
 *
 * Each arrow is one guarded UPDATE in `platform/jobs/`; nothing else changes a job's status.
 */
export const JOB_STATUSES = ['queued', 'processing', 'completed', 'failed', 'canceled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const TRANSITIONS = {
  queued: ['processing', 'failed', 'canceled'],
  processing: ['queued', 'completed', 'failed', 'canceled'],
  completed: [],
  failed: [],
  canceled: [],
} as const satisfies Record<JobStatus, readonly JobStatus[]>;

export function canMove(from: JobStatus, to: JobStatus): boolean {
  const reachable: readonly JobStatus[] = TRANSITIONS[from];
  return reachable.includes(to);
}

/** The states from which a job may enter `to`. */
export function sourcesOf(to: JobStatus): JobStatus[] {
  return JOB_STATUSES.filter((from) => canMove(from, to));
}

export function isEnded(status: JobStatus): boolean {
  return TRANSITIONS[status].length === 0;
}

/** The stages of an attempt, in order. `render` and `encode` overlap: `encode` is what remains after the last frame. */
export const STAGES = ['fetch', 'probe', 'analyse', 'articulate', 'render', 'encode', 'verify', 'store'] as const;
export type Stage = (typeof STAGES)[number];

export const stageTiming = z.object({ name: z.enum(STAGES), startedAt: z.iso.datetime(), seconds: z.number() });
export type StageTiming = z.infer<typeof stageTiming>;

/** What a completed job left in object storage, and what was measured on it. */
export const jobResult = z.object({
  videoKey: z.string(),
  posterKey: z.string(),
  width: z.int(),
  height: z.int(),
  frameRate: z.number(),
  frameCount: z.int(),
  durationSeconds: z.number(),
  bytes: z.int(),
  sha256: z.string(),
});
export type JobResult = z.infer<typeof jobResult>;

export const jobWarning = z.object({ code: z.string(), message: z.string() });
export type JobWarning = z.infer<typeof jobWarning>;

/**
 * A whole picture of a job, as events carry it. `revision` grows with every change of the row, so of two snapshots
 * the one with the higher revision is the newer, whatever path it took.
 */
export const jobSnapshot = z.object({
  id: z.string(),
  accountId: z.string(),
  /** Follows the job through every log. */
  requestId: z.string(),
  revision: z.int(),
  status: z.enum(JOB_STATUSES),
  model: z.string(),
  /** The job that this one repeats. */
  retryOf: z.string().nullable().default(null),
  attempt: z.int(),
  stage: z.enum(STAGES).nullable(),
  /** Share of the attempt's work that is done, 0–1. Never goes back within an attempt. */
  progress: z.number(),
  etaSeconds: z.number().nullable(),
  creditsHeld: z.int(),
  creditsUsed: z.int().nullable(),
  error: z.object({ code: z.enum(ERROR_CODES), message: z.string() }).nullable(),
  result: jobResult.nullable(),
  warnings: z.array(jobWarning),
  stages: z.array(stageTiming),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type JobSnapshot = z.infer<typeof jobSnapshot>;
