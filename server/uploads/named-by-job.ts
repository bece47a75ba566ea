import { sql } from 'drizzle-orm';
import { jobs, uploads } from '../../schema/tables.ts';

/** Whether a row of `jobs` has the upload among its inputs. */
export const namedByJob = sql`'upload://' || ${uploads.id} in (${jobs.request} ->> 'inputVideo', ${jobs.request} ->> 'audioFile')`;
