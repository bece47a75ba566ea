import { isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { schema } from '../../../server/graphql/schema.ts';
import { type Client, JOB, SUBMIT, startTestServer, type TestServer } from '../running.ts';
import { INPUT } from '../services.ts';
import { WorkerHand } from '../worker-hand.ts';

const JOBS = `query Jobs($first: Int, $after: String, $status: [JobStatus!], $createdAfter: DateTime, $createdBefore: DateTime) {
  jobs(first: $first, after: $after, status: $status, createdAfter: $createdAfter, createdBefore: $createdBefore) {
    edges { cursor node { id status queuePosition retryOf request { seed resolution imageSize { width } } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
const LEDGER = `query Ledger($first: Int, $after: String) {
  viewer { ledger(first: $first, after: $after) {
    edges { node { id kind amount jobId createdAt } }
    pageInfo { hasNextPage endCursor }
  } }
}`;

let running: TestServer;
let client: Client;

beforeAll(async () => {
  running = await startTestServer({ rereadMs: 3_600_000 });
});
beforeEach(async () => {
  client = await running.client(1_000);
});
afterAll(() => running[Symbol.asyncDispose]());

async function submit(input: object = {}): Promise<string> {
  const { data } = await client.ask(SUBMIT, { input: { ...INPUT, audioDuration: 1, ...input } });
  return data.submitTalkV2V.job.id;
}

async function jobs(variables: Record<string, unknown> = {}) {
  const { data, errors } = await client.ask(JOBS, variables);
  expect(errors).toBeUndefined();
  return data.jobs;
}
const idsOf = ({ edges }: { edges: { node: { id: string } }[] }) => edges.map(({ node }) => node.id);

describe('jobs', () => {
  test('is a connection: pages from the newest on, with the cursors that lead through them', async () => {
    expect(await jobs()).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
    const [oldest, middle, newest] = [await submit(), await submit(), await submit()];
    const page = await jobs({ first: 2 });
    expect(idsOf(page)).toEqual([newest, middle]);
    expect(page.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: page.edges[0].cursor,
      endCursor: page.edges[1].cursor,
    });
    const next = await jobs({ first: 2, after: page.pageInfo.endCursor });
    expect(idsOf(next)).toEqual([oldest]);
    expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test('takes one state or several, and times', async () => {
    const worker = new WorkerHand(running);
    const [failed, queued] = [await submit(), await submit()];
    await worker.fail(await worker.claim(failed));
    expect(idsOf(await jobs({ status: 'FAILED' }))).toEqual([failed]);
    expect(idsOf(await jobs({ status: ['FAILED', 'QUEUED'] }))).toEqual([queued, failed]);
    expect(idsOf(await jobs({ createdAfter: '2100-01-01T00:00:00Z' }))).toEqual([]);
    expect(idsOf(await jobs({ createdBefore: '2100-01-01T00:00:00+09:00' }))).toHaveLength(2);
  });

  test('tells each job’s request with its defaults, and its place in the queue', async () => {
    await submit({ seed: 3, imageSize: { width: 640, height: 480 } });
    await submit({ resolution: 'P480' });
    const [second, first] = (await jobs()).edges.map(({ node }: { node: unknown }) => node);
    expect(first.request).toEqual({ seed: 3, resolution: 'P720', imageSize: { width: 640 } });
    expect(second.request).toEqual({ seed: 0, resolution: 'P480', imageSize: null });
    expect(second.queuePosition).toBe(first.queuePosition + 1);
    await new WorkerHand(running).claim(first.request ? idsOf(await jobs())[1] : '');
    const after = (await jobs()).edges.map(({ node }: { node: unknown }) => node);
    expect(after.map(({ queuePosition }: { queuePosition: number | null }) => queuePosition)).toEqual([
      second.queuePosition - 1,
      null,
    ]);
  });

  test.each([
    [{ first: 1_000 }, 'first'],
    [{ first: 0 }, 'first'],
    [{ after: 'nonsense' }, 'after'],
  ])('with %j is refused as invalid input', async (variables, name) => {
    const { data, errors } = await client.ask(JOBS, variables);
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      { message: expect.stringContaining(name), extensions: { code: 'INVALID_INPUT' }, path: ['jobs'] },
    ]);
  });

  test.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-12:00', 'yesterday'])(
    'refuses the time %s',
    async (createdAfter) => {
      const { errors } = await client.ask(JOBS, { createdAfter });
      expect(errors?.[0].message).toContain('ISO 8601');
    },
  );
});

test('a request is shown with every field that it can have', () => {
  const fieldsOf = (name: string) => {
    const type = schema.getType(name);
    if (!isInputObjectType(type) && !isObjectType(type)) throw new Error(`${name} has no fields`);
    return Object.keys(type.getFields());
  };
  expect(fieldsOf('TalkV2VRequest')).toEqual(fieldsOf('TalkV2VInput'));
});

test('a page of jobs with everything that can be asked of each is within the limits', async () => {
  await submit();
  const [, fields] = /\.\.\. on Job (\{[\s\S]*\})\s*\}\s*\}$/.exec(JOB) ?? [];
  const query = `{ jobs(first: 100) { edges { cursor node ${fields} } pageInfo { hasNextPage endCursor } } }`;
  const { data, errors } = await client.ask(query);
  expect(errors).toBeUndefined();
  expect(data.jobs.edges[0].node.request.inputVideo).toBe(INPUT.inputVideo);
});

test('viewer.ledger shows every change of the credits, newest first', async () => {
  const id = await submit();
  const { data } = await client.ask(LEDGER, { first: 1 });
  const { edges, pageInfo } = data.viewer.ledger;
  expect(edges).toMatchObject([{ node: { kind: 'HOLD', amount: -10, jobId: id } }]);
  expect(pageInfo.hasNextPage).toBe(true);
  const rest = await client.ask(LEDGER, { after: pageInfo.endCursor });
  expect(rest.data.viewer.ledger.edges).toMatchObject([{ node: { kind: 'GRANT', amount: 1_000, jobId: null } }]);
});
