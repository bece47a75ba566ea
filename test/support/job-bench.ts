import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eq } from 'drizzle-orm';
import { createAccount } from '../../platform/accounts.ts';
import { type Database, openDatabase } from '../../platform/database.ts';
import { type Environment, environment } from '../../platform/env.ts';
import { hold } from '../../platform/jobs/ledger.ts';
import { Lifecycle } from '../../platform/lifecycle.ts';
import { createLogger } from '../../platform/log.ts';
import { connectNats, type NatsHandle } from '../../platform/nats.ts';
import { publishJob } from '../../platform/publish.ts';
import { type ObjectStore, uploadKey } from '../../platform/storage/object-store.ts';
import { openObjectStore } from '../../platform/storage/open-store.ts';
import { newId, newJobId } from '../../schema/ids.ts';
import { isEnded } from '../../schema/job.ts';
import { type TalkV2VInput, talkV2VRequest } from '../../schema/request.ts';
import { type AccountRow, accounts, type JobRow, jobs, ledgerEntries, uploads } from '../../schema/tables.ts';
import { freshDatabase } from './database.ts';
import { freshNats } from './nats.ts';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);

/** What stands between a worker and its tests: real services, an account with credits, and ways to put jobs in. */
export interface JobBench extends AsyncDisposable {
  readonly environment: Environment;
  readonly db: Database;
  readonly nats: NatsHandle;
  readonly storage: ObjectStore;
  readonly account: AccountRow;
  readonly log: ReturnType<typeof createLogger>;
  /** A folder for files of the test. */
  readonly directory: string;
  /** Stores a file as an upload of the account; gives its `upload://` reference. */
  upload(path: string): Promise<string>;
  /** Inserts and publishes a job as a submit does, holding `creditsHeld`. */
  enqueue(input: TalkV2VInput, creditsHeld?: number): Promise<JobRow>;
  row(id: string): Promise<JobRow>;
  /** Waits until the job has ended. */
  ended(id: string, deadlineMs?: number): Promise<JobRow>;
  credits(): Promise<number>;
  /** Ledger kinds and amounts of a job, in order. */
  ledger(jobId: string): Promise<{ kind: string; amount: number }[]>;
}

export const GRANTED_CREDITS = 1000;

export function openJobBench(options: { natsUrl?: string } = {}): Promise<JobBench> {
  return Lifecycle.open((lifecycle) => openParts(lifecycle, options.natsUrl));
}

async function openParts(lifecycle: Lifecycle, natsUrl?: string): Promise<JobBench> {
  const directory = await mkdtemp(join(tmpdir(), 'talk-v2v-jobs-'));
  lifecycle.defer(() => rm(directory, { recursive: true, force: true }));
  const { url: databaseUrl } = lifecycle.use(await freshDatabase());
  const shared = await freshNats();
  const settings = environment.parse({
    DATABASE_URL: databaseUrl,
    NATS_URL: natsUrl ?? shared.url,
    NATS_PREFIX: shared.prefix,
    URL_SIGNING_SECRET: 'only-for-tests-'.repeat(3),
    DATA_DIR: directory,
  });
  const log = createLogger('test', 'fatal');
  const { db } = lifecycle.use(openDatabase(databaseUrl, { poolSize: 4, log }));
  const nats = lifecycle.use(
    await connectNats({ url: settings.NATS_URL, prefix: settings.NATS_PREFIX, name: 'test', log }),
  );
  const storage = lifecycle.use(await openObjectStore(settings));
  const account = await createAccount(db, { name: 'tests', credits: GRANTED_CREDITS });
  const bench: JobBench = {
    environment: settings,
    db,
    nats,
    storage,
    account,
    log,
    directory,
    async upload(path) {
      const id = newId('upl');
      const objectKey = uploadKey(account.id, id, 'test');
      const { bytes } = await storage.put(objectKey, createReadStream(path), {
        contentType: 'application/octet-stream',
      });
      await db.insert(uploads).values({
        id,
        accountId: account.id,
        state: 'stored',
        fileName: 'file',
        contentType: 'application/octet-stream',
        maxBytes: bytes,
        bytes,
        objectKey,
        expiresAt: new Date(Date.now() + 3_600_000),
      });
      return `upload://${id}`;
    },
    async enqueue(input, creditsHeld = 100) {
      const request = talkV2VRequest.parse(input);
      const job = await db.transaction(async (tx) => {
        const id = newJobId();
        const values = { id, accountId: account.id, requestId: newId('req'), model: request.model, request };
        const [row] = await tx
          .insert(jobs)
          .values({ ...values, requestHash: '', creditsHeld })
          .returning();
        await hold(tx, account.id, id, creditsHeld);
        return row;
      });
      await publishJob(nats, job);
      return job;
    },
    async row(id) {
      const [row] = await db.select().from(jobs).where(eq(jobs.id, id));
      return row;
    },
    ended(id, deadlineMs) {
      const probe = async () => {
        const row = await bench.row(id);
        return isEnded(row.status) && row;
      };
      return waitFor(`job ${id} to end`, probe, deadlineMs);
    },
    async credits() {
      const [row] = await db.select({ credits: accounts.credits }).from(accounts).where(eq(accounts.id, account.id));
      return row.credits;
    },
    ledger(jobId) {
      return db
        .select({ kind: ledgerEntries.kind, amount: ledgerEntries.amount })
        .from(ledgerEntries)
        .where(eq(ledgerEntries.jobId, jobId))
        .orderBy(ledgerEntries.id);
    },
    [Symbol.asyncDispose]: () => lifecycle[Symbol.asyncDispose](),
  };
  return bench;
}

/** A short moving test picture as a real MP4. */
export async function makeVideo(
  path: string,
  seconds: number,
  filter = 'testsrc2=size=160x120:rate=25',
): Promise<string> {
  const source = ['-f', 'lavfi', '-i', filter, '-t', String(seconds)];
  await run('ffmpeg', [
    '-v',
    'error',
    '-y',
    ...source,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    path,
  ]);
  return path;
}

/** A tone as a real WAV. */
export async function makeVoice(path: string, seconds: number): Promise<string> {
  const source = ['-f', 'lavfi', '-i', 'sine=frequency=220:sample_rate=16000', '-t', String(seconds)];
  await run('ffmpeg', ['-v', 'error', '-y', ...source, path]);
  return path;
}
