import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount, createApiKey } from '../../platform/accounts.ts';
import { type DatabaseHandle, openDatabase } from '../../platform/database.ts';
import { type Environment, readEnvironment } from '../../platform/env.ts';
import { Lifecycle } from '../../platform/lifecycle.ts';
import { createLogger } from '../../platform/log.ts';
import { connectNats } from '../../platform/nats.ts';
import { openObjectStore } from '../../platform/storage/open-store.ts';
import { type AccountContext, loaders, type Services } from '../../server/context.ts';
import { AccountFeed } from '../../server/feed/account-feed.ts';
import { JobFeed } from '../../server/feed/feed.ts';
import { createUpload } from '../../server/uploads/create-upload.ts';
import { receiveUpload } from '../../server/uploads/receive-upload.ts';
import { freshDatabase } from '../support/database.ts';
import { freshNats } from '../support/nats.ts';

/** Nothing is expected to be logged; what is, helps to see why a test fails. */
export const log = createLogger('test', 'fatal');

export interface TestEnvironment extends AsyncDisposable {
  readonly environment: Environment;
}

/** A database, a NATS prefix and a data directory of one's own. */
export async function freshEnvironment(changes: Record<string, string> = {}): Promise<TestEnvironment> {
  const [database, nats] = await Promise.all([freshDatabase(), freshNats()]);
  const directory = mkdtempSync(join(tmpdir(), 'talk-v2v-server-'));
  return {
    environment: readEnvironment({
      DATABASE_URL: database.url,
      NATS_URL: nats.url,
      NATS_PREFIX: nats.prefix,
      URL_SIGNING_SECRET: 'a secret that only this test run knows',
      PORT: '0',
      DATA_DIR: directory,
      ...changes,
    }),
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true, force: true });
      await database[Symbol.asyncDispose]();
    },
  };
}

export interface TestServices extends AsyncDisposable {
  readonly services: Services;
  readonly database: DatabaseHandle;
  /** A new account with so many credits, and a request of it. */
  account(credits?: number): Promise<AccountContext & { readonly key: string }>;
}

/** What a server opens, without its HTTP. `rereadMs` defaults to never, so that a test sees events alone. */
export function openServices(
  options: { rereadMs?: number; changes?: Record<string, string> } = {},
): Promise<TestServices> {
  return Lifecycle.open(async (lifecycle) => {
    const { environment } = lifecycle.use(await freshEnvironment(options.changes));
    const database = lifecycle.use(openDatabase(environment.DATABASE_URL, { poolSize: 10, log }));
    const nats = lifecycle.use(
      await connectNats({ url: environment.NATS_URL, prefix: environment.NATS_PREFIX, name: 'test', log }),
    );
    const storage = lifecycle.use(await openObjectStore(environment));
    const { db } = database;
    const feed = lifecycle.use(new JobFeed({ db, nats, log, rereadMs: options.rereadMs ?? 3_600_000 }));
    const accountFeed = lifecycle.use(new AccountFeed({ db, nats, log, rereadMs: options.rereadMs ?? 3_600_000 }));
    const services: Services = { environment, db, nats, storage, feed, accountFeed, log };
    return {
      services,
      database,
      async account(credits = 10_000) {
        const account = await createAccount(db, { name: 'Test', credits });
        const { id: keyId, key } = await createApiKey(db, account.id);
        return { ...services, requestId: 'req_test', account, keyId, key, load: loaders(db) };
      },
      [Symbol.asyncDispose]: () => lifecycle[Symbol.asyncDispose](),
    };
  });
}

export const INPUT = {
  inputVideo: 'https://media.example/source.mp4',
  audioFile: 'https://media.example/voice.mp3',
};

/** What a worker measured on a result; its objects are not there. */
export const RESULT = {
  videoKey: 'results/x/1.mp4',
  posterKey: 'results/x/1.jpg',
  width: 1280,
  height: 720,
  frameRate: 25,
  frameCount: 200,
  durationSeconds: 8,
  bytes: 1_000,
  sha256: 'a'.repeat(64),
};

/** A file that was uploaded; gives its `upload://` reference. */
export async function storedUpload(context: AccountContext): Promise<string> {
  const { id, reference } = await createUpload(context, { fileName: 'file.mp4', contentType: 'video/mp4' });
  await receiveUpload(context, id, { body: new Blob(['bytes']).stream() });
  return reference;
}
