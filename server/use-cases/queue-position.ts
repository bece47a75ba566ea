import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database.ts';
import { jobs } from '../../schema/tables.ts';

/**
 * How many queued jobs of the same model were submitted before each of these; jobs that aren't queued are left out.
 * One pass over the queue, in the order of its index, however many are asked for.
 */
export async function queuePositions(db: Database, ids: readonly string[]): Promise<Map<string, number>> {
  const queue = db
    .select({
      id: jobs.id,
      position:
        sql<number>`row_number() over (partition by ${jobs.model} order by ${asc(jobs.createdAt)}, ${asc(jobs.id)}) - 1`
          .mapWith(Number)
          .as('position'),
    })
    .from(jobs)
    .where(eq(jobs.status, 'queued'))
    .as('queue');
  const rows = await db
    .select({ id: queue.id, position: queue.position })
    .from(queue)
    .where(inArray(queue.id, [...ids]));
  return new Map(rows.map(({ id, position }) => [id, position]));
}
