import { desc, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database.ts';
import { CREDITS_PER_SECOND } from '../../schema/rate-card.ts';
import { RESOLUTIONS, type Resolution } from '../../schema/request.ts';
import { jobs } from '../../schema/tables.ts';
import type { Services } from '../context.ts';

type PerResolution = Readonly<Record<Resolution, number>>;

/**
 * Seconds of work per second of output, assumed until this installation has completed jobs: 720p as measured on two CPU
 * cores (`npm run bench -- pipeline`), 480p less by what depends on the number of pixels.
 */
const ASSUMED_PACE: PerResolution = { '480p': 0.7, '720p': 1 };
/** What a job takes however short it is: fetching, probing, verifying, storing. From the same measurement. */
const FIXED_SECONDS = 2;
/** The newest jobs tell today's hardware and load; older ones would blur that. */
const RECENT_JOBS = 200;

export interface Load {
  /** Seconds of work per second of output, as recent jobs took. */
  readonly pace: PerResolution;
  /** Seconds of output that are queued or not yet rendered. */
  readonly backlog: PerResolution;
  /** Jobs that are queued, each with its fixed part before it. */
  readonly queued: number;
  /** Jobs being rendered right now, which share the backlog among them. */
  readonly running: number;
}

export interface Work {
  readonly resolution: Resolution;
  readonly outputSeconds: number;
}

/** Whole seconds, at least one, until a job that is submitted now would be done: its own work after the backlog's. */
export function estimateUnder(load: Load, work: Work): number {
  const ahead = RESOLUTIONS.reduce((sum, resolution) => sum + load.backlog[resolution] * load.pace[resolution], 0);
  const own = FIXED_SECONDS + work.outputSeconds * load.pace[work.resolution];
  return Math.max(1, Math.round((ahead + load.queued * FIXED_SECONDS) / Math.max(1, load.running) + own));
}

/** Seconds until a job with this much output, submitted now, would be done. */
export async function estimateSeconds({ db }: Pick<Services, 'db'>, work: Work): Promise<number> {
  const [pace, open] = await Promise.all([recentPace(db), openWork(db)]);
  return estimateUnder({ pace, ...open }, work);
}

const resolution = sql<Resolution>`${jobs.request} ->> 'resolution'`;

async function recentPace(db: Database): Promise<PerResolution> {
  // Ids begin with their time, so the primary key finds the newest without another index.
  const recent = db.select().from(jobs).orderBy(desc(jobs.id)).limit(RECENT_JOBS).as('recent');
  const rows = await db
    .select({
      resolution: sql<Resolution>`${recent.request} ->> 'resolution'`,
      jobs: sql`count(*)`.mapWith(Number),
      workSeconds: sql`sum(extract(epoch from ${recent.endedAt} - ${recent.startedAt}))`.mapWith(Number),
      outputSeconds: sql`sum((${recent.result} ->> 'durationSeconds')::float)`.mapWith(Number),
    })
    .from(recent)
    .where(sql`${recent.status} = 'completed'`)
    .groupBy(sql`1`);
  const measured = rows.filter((row) => row.outputSeconds > 0);
  return { ...ASSUMED_PACE, ...Object.fromEntries(measured.map((row) => [row.resolution, paceOf(row)])) };
}

interface Measured {
  readonly jobs: number;
  readonly workSeconds: number;
  readonly outputSeconds: number;
}

/** What remains per second of output without the fixed parts; very short jobs may take less than those. */
function paceOf({ jobs, workSeconds, outputSeconds }: Measured): number {
  return Math.max(0, workSeconds - jobs * FIXED_SECONDS) / outputSeconds;
}

async function openWork(db: Database): Promise<Omit<Load, 'pace'>> {
  const rows = await db
    .select({
      resolution,
      credits: sql`sum(${jobs.creditsHeld} * (1 - ${jobs.progress}))`.mapWith(Number),
      queued: sql`count(*) filter (where ${jobs.status} = 'queued')`.mapWith(Number),
      running: sql`count(*) filter (where ${jobs.status} = 'processing')`.mapWith(Number),
    })
    .from(jobs)
    .where(inArray(jobs.status, ['queued', 'processing']))
    .groupBy(sql`1`);
  const backlog = { '480p': 0, '720p': 0 } satisfies PerResolution;
  for (const row of rows) backlog[row.resolution] = row.credits / CREDITS_PER_SECOND[row.resolution];
  const total = (count: 'queued' | 'running') => rows.reduce((sum, row) => sum + row[count], 0);
  return { backlog, queued: total('queued'), running: total('running') };
}
