import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { post } from '../../../platform/jobs/ledger.ts';
import { newJobId } from '../../../schema/ids.ts';
import type { JobStatus } from '../../../schema/job.ts';
import { talkV2VRequest } from '../../../schema/request.ts';
import { jobs } from '../../../schema/tables.ts';
import { InvalidInput } from '../../../server/refusal.ts';
import { type JobQuery, listJobs } from '../../../server/use-cases/list-jobs.ts';
import { listLedger } from '../../../server/use-cases/list-ledger.ts';
import { readCursor, writeCursor } from '../../../server/use-cases/page.ts';
import { queuePositions } from '../../../server/use-cases/queue-position.ts';
import { INPUT, openServices, type TestServices } from '../services.ts';

let server: TestServices;
let context: Awaited<ReturnType<TestServices['account']>>;

beforeAll(async () => {
  server = await openServices();
});
beforeEach(async () => {
  context = await server.account();
});
afterAll(() => server[Symbol.asyncDispose]());

const second = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

/** A job as it would stand after that many seconds; gives its id. */
async function jobAt(seconds: number, status: JobStatus = 'completed', model = 'retalk'): Promise<string> {
  const id = newJobId(second(seconds));
  const request = talkV2VRequest.parse(INPUT);
  const values = { id, accountId: context.account.id, requestId: 'req_1', model, request, requestHash: '' };
  await context.db.insert(jobs).values({ ...values, status, creditsHeld: 0, createdAt: second(seconds) });
  return id;
}

/** The ids of all pages, and how many pages there were. */
async function readThrough(query: JobQuery): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let after: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = await listJobs(context, { ...query, after });
    ids.push(...page.edges.map(({ node }) => node.id));
    expect(page.hasPreviousPage).toBe(after !== undefined);
    if (!page.hasNextPage) return { ids, pages };
    after = page.edges.at(-1)?.cursor;
  }
}

describe('the list of jobs', () => {
  test('is newest first, page by page, each job once, also where many have one time', async () => {
    const ids: string[] = [];
    for (const seconds of [5, 3, 3, 3, 3, 1, 4]) ids.push(await jobAt(seconds));
    const expected = ids.toSorted((a, b) => (a < b ? 1 : -1));
    for (const first of [1, 2, 3, 7, 8]) {
      expect(await readThrough({ first })).toEqual({ ids: expected, pages: Math.ceil(7 / first) });
    }
  });

  test('a job that comes between two pages shifts nothing', async () => {
    const [oldest, middle] = [await jobAt(1), await jobAt(2)];
    const page = await listJobs(context, { first: 1 });
    await jobAt(3);
    expect(page.edges[0].node.id).toBe(middle);
    const next = await listJobs(context, { first: 1, after: page.edges[0].cursor });
    expect(next.edges.map(({ node }) => node.id)).toEqual([oldest]);
    expect(next.hasNextPage).toBe(false);
  });

  test('takes any of some states, and times that are both exclusive', async () => {
    const [failed, canceled, done] = [await jobAt(1, 'failed'), await jobAt(2, 'canceled'), await jobAt(3)];
    expect((await readThrough({ statuses: ['failed', 'canceled'] })).ids).toEqual([canceled, failed]);
    expect((await readThrough({ statuses: [] })).ids).toHaveLength(3);
    expect((await readThrough({ createdAfter: second(1), createdBefore: second(3) })).ids).toEqual([canceled]);
    expect((await readThrough({ createdAfter: second(2), statuses: ['completed'] })).ids).toEqual([done]);
  });

  test('shows no jobs of others, nor deleted ones', async () => {
    const id = await jobAt(1);
    expect((await listJobs(await server.account(), {})).edges).toEqual([]);
    await context.db.update(jobs).set({ deletedAt: new Date() }).where(eq(jobs.id, id));
    expect((await listJobs(context, {})).edges).toEqual([]);
  });

  test.each([{ first: 0 }, { first: -1 }, { first: 101 }, { first: 1.5 }])('refuses %j', async (query) => {
    await expect(listJobs(context, query)).rejects.toThrow(InvalidInput);
  });

  test('refuses cursors that are none of its own', async () => {
    const [entry] = (await listLedger(context, {})).edges;
    for (const after of [
      'x',
      '!',
      entry.cursor,
      writeCursor('1', "tlk_1_abcdef' or true"),
      writeCursor('9'.repeat(20), 'tlk_1_abcdef'),
    ]) {
      await expect(listJobs(context, { after }), after).rejects.toThrow(InvalidInput);
    }
  });
});

test('any text is a cursor that is read as it was written, or one that is refused', () => {
  const pattern = /^(\d+) (\w+)$/;
  expect(readCursor(writeCursor('12', 'ab'), pattern)).toEqual(['12', 'ab']);
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(readCursor(text, pattern)).toHaveLength(2);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInput);
      }
    }),
  );
});

test('the ledger is read newest first, page by page, and adds up to the credits', async () => {
  const { account, db } = context;
  for (const amount of [5, -3, 7]) await post(db, { accountId: account.id, kind: 'grant', amount });
  const amounts: number[] = [];
  let after: string | undefined;
  do {
    const page = await listLedger(context, { first: 3, after });
    amounts.push(...page.edges.map(({ node }) => node.amount));
    after = page.hasNextPage ? page.edges.at(-1)?.cursor : undefined;
  } while (after !== undefined);
  expect(amounts).toEqual([7, -3, 5, 10_000]);
  expect((await listLedger(await server.account(), {})).edges).toHaveLength(1);
});

test('the position in the queue counts the queued jobs of the model before it, of all accounts', async () => {
  // Models of their own, so that jobs of other tests don't stand before these.
  const first = await jobAt(1, 'queued', 'model-a');
  const elsewhere = await jobAt(2, 'queued', 'model-b');
  const working = await jobAt(3, 'processing', 'model-a');
  context = await server.account();
  const last = await jobAt(4, 'queued', 'model-a');
  const positions = await queuePositions(context.db, [first, elsewhere, working, last]);
  expect([...positions]).toEqual(
    expect.arrayContaining([
      [first, 0],
      [last, 1],
      [elsewhere, 0],
    ]),
  );
  expect(positions.size).toBe(3);
});
