import { findAccountByKey } from '../platform/accounts.ts';
import type { Database } from '../platform/database.ts';
import type { Environment } from '../platform/env.ts';
import type { Logger } from '../platform/log.ts';
import type { NatsHandle } from '../platform/nats.ts';
import type { ObjectStore } from '../platform/storage/object-store.ts';
import { newId } from '../schema/ids.ts';
import type { AccountRow, JobRow } from '../schema/tables.ts';
import { batched } from './batched.ts';
import type { AccountFeed } from './feed/account-feed.ts';
import type { JobFeed } from './feed/feed.ts';
import { Refusal } from './refusal.ts';
import { findRows } from './use-cases/find-job.ts';
import { queuePositions } from './use-cases/queue-position.ts';

/** What the process opened once, and every request uses. */
export interface Services {
  readonly environment: Environment;
  readonly db: Database;
  readonly nats: NatsHandle;
  readonly storage: ObjectStore;
  readonly feed: JobFeed;
  readonly accountFeed: AccountFeed;
  readonly log: Logger;
}

/** What fields of many jobs ask one by one and the database is asked once. */
export interface Loaders {
  readonly row: (id: string) => Promise<JobRow | undefined>;
  /** undefined unless the job is queued. */
  readonly queuePosition: (id: string) => Promise<number | undefined>;
}

/** One request, over whichever transport it came; `account` is undefined when it brought no valid key. */
export interface RequestContext extends Services {
  readonly requestId: string;
  readonly account: AccountRow | undefined;
  readonly keyId: string | undefined;
  readonly load: Loaders;
}

/** What use-cases work with. */
export interface AccountContext extends RequestContext {
  readonly account: AccountRow;
  /** Which of the account's keys the request brought. */
  readonly keyId: string;
}

export interface Caller {
  /** As the caller sent it; a new one is made when it is missing or not fit for a log. */
  readonly requestId?: string | null;
  readonly apiKey?: string | null;
}

const SAFE_REQUEST_ID = /^[A-Za-z0-9_-]{6,64}$/;

export function acceptRequestId(proposed: string | null | undefined): string {
  return proposed && SAFE_REQUEST_ID.test(proposed) ? proposed : newId('req');
}

export async function openContext(services: Services, caller: Caller): Promise<RequestContext> {
  const requestId = acceptRequestId(caller.requestId);
  const owner = caller.apiKey ? await findAccountByKey(services.db, caller.apiKey) : undefined;
  return {
    ...services,
    requestId,
    account: owner?.account,
    keyId: owner?.keyId,
    load: loaders(services.db),
    log: services.log.child({ requestId, accountId: owner?.account.id }),
  };
}

export function loaders(db: Database): Loaders {
  return {
    row: batched((ids) => findRows(db, ids)),
    queuePosition: batched((ids) => queuePositions(db, ids)),
  };
}

/** Throws a `Refusal` with UNAUTHENTICATED when the request brought no valid key. */
export function requireAccount(context: RequestContext): AccountContext {
  const { account, keyId } = context;
  if (account === undefined || keyId === undefined) {
    throw new Refusal('UNAUTHENTICATED', 'Send a valid API key: the api-key header, or apiKey in connectionParams.');
  }
  return { ...context, account, keyId };
}
