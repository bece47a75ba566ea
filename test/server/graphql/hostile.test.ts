import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, JOB, SUBMIT, startTestServer, type TestServer } from '../running.ts';
import { INPUT } from '../services.ts';

let running: TestServer;
let client: Client;

beforeAll(async () => {
  running = await startTestServer();
  client = await running.client();
});

afterAll(() => running[Symbol.asyncDispose]());

function post(body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(
    running.server.fetch(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'api-key': client.key, ...headers },
        body,
      }),
    ),
  );
}

describe('keys', () => {
  test.each([
    ['no key', {}],
    ['an unknown key', { 'api-key': 'tk_nobody' }],
    ['an empty key', { 'api-key': '' }],
  ])('%s is refused with UNAUTHENTICATED, on every field', async (_name, headers) => {
    const operations = [
      ['{ viewer { credits } }', {}],
      [JOB, { id: 'tlk_1_unknown' }],
      [SUBMIT, { input: INPUT }],
    ] as const;
    for (const [query, variables] of operations) {
      const { status, data, errors, requestId } = await running.ask(query, variables, headers);
      expect(status).toBe(401);
      expect(data ?? null).toBeNull();
      expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'UNAUTHENTICATED', requestId }]);
    }
  });

  test('a revoked key works no more', async () => {
    const revoked = await running.client();
    expect((await revoked.ask('{ viewer { credits } }')).status).toBe(200);
    await running.database.db.execute(
      `update api_keys set revoked_at = now() where account_id = '${revoked.account.id}'`,
    );
    expect((await revoked.ask('{ viewer { credits } }')).status).toBe(401);
  });
});

describe('documents', () => {
  test('introspection as tools send it is answered without a key', async () => {
    const { status, data } = await running.ask(getIntrospectionQuery());
    expect(status).toBe(200);
    expect(data.__schema.queryType.name).toBe('Query');
  });

  test('everything that can be asked of one job is answered', async () => {
    expect((await client.ask(JOB, { id: 'tlk_1_unknown' })).errors).toBeUndefined();
  });

  const aliases = (count: number) =>
    `{ ${Array.from({ length: count }, (_, n) => `a${n}: viewer { credits }`).join(' ')} }`;
  const jobs = (count: number) =>
    Array.from({ length: count }, (_, n) => `a${n}: job(id: "tlk_${n}_unknown") { ...f }`).join(' ');
  const deepIntrospection = `{ __schema { types ${'{ fields { type '.repeat(20)} { name } ${'} }'.repeat(20)} } }`;
  const pages = Array.from({ length: 15 }, (_, n) => `a${n}: jobs(first: 100) { edges { node { ...f } } }`).join(' ');
  const costly = `{ ${pages} } fragment f on Job { id status progress error { code message } result { url sha256 } }`;
  test.each([
    ['too many aliases', aliases(100), /Aliases limit/],
    ['too many tokens', `{ viewer { ${'credits '.repeat(3_000)} } }`, /tokens/],
    ['too deep', `{ viewer { ${'... on Viewer { '.repeat(20)} credits ${'}'.repeat(20)} } }`, /depth limit/],
    ['too deep introspection', deepIntrospection, /introspection depth/],
    ['too much of everything', costly, /Cost limit/],
    ['fragments in a circle', 'query { viewer { ...a } } fragment a on Viewer { ...a }', /within itself/],
    ['no such field', '{ viewer { password } }', /Cannot query field/],
    ['not a document', '{', /Syntax Error/],
  ])('%s: refused without running', async (_name, query, message) => {
    const { data, errors, status } = await client.ask(query);
    expect(data).toBeUndefined();
    expect(errors?.map((error) => error.message).join()).toMatch(message);
    expect(status).toBeLessThan(500);
  });

  test('a few jobs at once may be asked for', async () => {
    const query = `{ ${jobs(10)} } fragment f on Job { id status progress result { url } }`;
    const { data } = await client.ask(query);
    expect(Object.keys(data)).toHaveLength(10);
  });
});

describe('requests', () => {
  test('a batch of operations is refused', async () => {
    const response = await post(JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]));
    expect(response.status).toBe(400);
  });

  test('multipart is refused', async () => {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query: '{ __typename }' }));
    const response = await running.server.fetch(
      new Request('http://localhost/graphql', { method: 'POST', headers: { 'api-key': client.key }, body: form }),
    );
    expect(response.status).toBe(415);
  });

  test('a body above 1 MiB is refused, announced or not', async () => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { padding: 'x'.repeat(1024 * 1024) } });
    expect((await post(body)).status).toBe(413);
    // Streams need it (fetch standard); Node's types leave it out.
    const half = { duplex: 'half' };
    const chunked = new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      ...half,
    });
    expect((await running.server.fetch(chunked)).status).toBe(413);
  });

  test('a mutation over GET is refused', async () => {
    const query = encodeURIComponent(
      'mutation { submitTalkV2V(input: {inputVideo: "", audioFile: ""}) { __typename } }',
    );
    const response = await running.server.fetch(
      new Request(`http://localhost/graphql?query=${query}`, { headers: { 'api-key': client.key } }),
    );
    expect(response.status).toBe(405);
  });

  test('JSON that is none is refused', async () => {
    expect((await post('{')).status).toBe(400);
  });
});

test('a fault of ours is masked: a code and the request id, and nothing of the cause', async () => {
  await using broken = await startTestServer();
  const account = await broken.client();
  await broken.database.db.execute('alter table jobs rename to hidden');
  const { status, errors, requestId } = await account.ask(JOB, { id: 'tlk_1_unknown' });
  expect(status).toBe(500);
  expect(errors).toHaveLength(1);
  expect(errors?.[0].extensions).toEqual({ code: 'INTERNAL', requestId });
  expect(JSON.stringify(errors)).not.toMatch(/relation|jobs|select/);
});

test('a database that fails while the key is looked up is masked the same', async () => {
  await using broken = await startTestServer();
  const account = await broken.client();
  await broken.database.db.execute('alter table api_keys rename to hidden');
  const { status, errors, requestId } = await account.ask('{ viewer { credits } }');
  expect(status).toBe(500);
  expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'INTERNAL', requestId }]);
});
