import { and, eq, inArray, ne, not, or, sql } from 'drizzle-orm';
import { jobs, uploads } from '../../schema/tables.ts';
import type { Services } from '../context.ts';
import { namedByJob } from './named-by-job.ts';

/** After its URL expired, an upload may go on for this long: 2 GiB over a slow line. */
const RECEIVING_GRACE_SECONDS = 3 * 3600;
/** How long a stored file can be used in jobs. */
export const UPLOAD_KEPT_DAYS = 7;
/** One sweep handles this many; the next one takes the rest. */
const SWEEP_ROWS = 100;

const neverArrived = and(
  ne(uploads.state, 'stored'),
  sql`${uploads.expiresAt} < now() - ${RECEIVING_GRACE_SECONDS} * interval '1 second'`,
);
const servedItsTime = and(
  eq(uploads.state, 'stored'),
  sql`${uploads.createdAt} < now() - ${UPLOAD_KEPT_DAYS} * interval '1 day'`,
);
const neededByJob = sql`exists (
  select 1 from ${jobs}
  where ${inArray(jobs.status, ['queued', 'processing'])}
    and ${namedByJob}
)`;

/**
 * Removes uploads whose bytes never came, and stored ones that are past their time and that no open job needs: the
 * object first and its row after, so that a crash in between leaves nothing that the next sweep wouldn't find.
 * Servers that sweep at the same time skip each other's rows. Gives the number of uploads removed.
 */
export function removeExpiredUploads({ db, storage }: Pick<Services, 'db' | 'storage'>): Promise<number> {
  return db.transaction(async (tx) => {
    const expired = await tx
      .select({ id: uploads.id, objectKey: uploads.objectKey })
      .from(uploads)
      .where(and(or(neverArrived, servedItsTime), not(neededByJob)))
      .limit(SWEEP_ROWS)
      .for('update', { skipLocked: true });
    if (expired.length === 0) return 0;
    for (const { objectKey } of expired) await storage.remove(objectKey);
    await tx.delete(uploads).where(
      inArray(
        uploads.id,
        expired.map(({ id }) => id),
      ),
    );
    return expired.length;
  });
}
