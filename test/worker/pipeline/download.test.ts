import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JobFailure } from '../../../worker/failure.ts';
import { type DownloadOptions, download, isPublicAddress } from '../../../worker/pipeline/download.ts';

const directory = mkdtempSync(join(tmpdir(), 'talk-v2v-download-'));
const target = join(directory, 'file');
let ca = '';
let key = '';

beforeAll(async () => {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  ca = pems.cert;
  key = pems.private;
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A real HTTPS server on loopback that answers as told. */
async function serve(answer: RequestListener): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer({ key, cert: ca }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `https://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function fetchTo(url: string, options: Partial<DownloadOptions> = {}): Promise<number> {
  return download(url, target, {
    maxBytes: 1000,
    allowPrivate: true,
    field: 'inputVideo',
    signal: AbortSignal.timeout(20_000),
    ca,
    ...options,
  });
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof JobFailure) return error.code;
    throw error;
  }
  return 'no failure';
}

describe('download', () => {
  test('writes the bytes of an HTTPS URL into the file, through a redirect', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end();
      else response.end('the bytes');
    });
    expect(await fetchTo(`${server.url}/old`)).toBe(9);
    expect(readFileSync(target, 'utf8')).toBe('the bytes');
  });

  test('asks again after a passing fault', async () => {
    let asked = 0;
    await using server = await serve((_request, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(503).end();
      else response.end('there');
    });
    expect(await fetchTo(server.url)).toBe(5);
    expect(asked).toBe(2);
  });

  test('says that a missing file is unreachable, without asking again', async () => {
    let asked = 0;
    await using server = await serve((_request, response) => {
      asked += 1;
      response.writeHead(404).end('nothing here');
    });
    expect(await failureOf(fetchTo(server.url))).toBe('INPUT_UNREACHABLE');
    expect(asked).toBe(1);
  });

  test('refuses a file whose announced length is over the limit, and one that only turns out to be', async () => {
    await using announced = await serve((_request, response) => response.end(Buffer.alloc(1001)));
    await using silent = await serve((_request, response) => {
      response.write(Buffer.alloc(600));
      response.end(Buffer.alloc(600));
    });
    expect(await failureOf(fetchTo(announced.url))).toBe('INPUT_TOO_LARGE');
    expect(await failureOf(fetchTo(silent.url))).toBe('INPUT_TOO_LARGE');
  });

  test('refuses an empty file', async () => {
    await using server = await serve((_request, response) => response.end());
    expect(await failureOf(fetchTo(server.url))).toBe('INPUT_EMPTY');
  });

  test('gives up on a server that redirects for ever', async () => {
    await using server = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
    expect(await failureOf(fetchTo(server.url))).toBe('INPUT_UNREACHABLE');
  });

  test('never leaves HTTPS, not even by a redirect', async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://localhost:1/' }).end(),
    );
    expect(await failureOf(fetchTo(server.url))).toBe('INPUT_FORBIDDEN');
  });

  test('refuses private addresses, whether written as such or behind a name', async () => {
    let asked = 0;
    await using server = await serve((_request, response) => {
      asked += 1;
      response.end('secret');
    });
    const guarded = { allowPrivate: false };
    expect(await failureOf(fetchTo(server.url, guarded))).toBe('INPUT_FORBIDDEN');
    expect(await failureOf(fetchTo(server.url.replace('localhost', '127.0.0.1'), guarded))).toBe('INPUT_FORBIDDEN');
    expect(await failureOf(fetchTo(server.url.replace('localhost', '[::1]'), guarded))).toBe('INPUT_FORBIDDEN');
    expect(asked).toBe(0);
  });

  test('stops at once when the job is aborted', async () => {
    const controller = new AbortController();
    await using server = await serve((_request, response) => {
      response.write('the first bytes');
      controller.abort(new Error('enough'));
    });
    await expect(fetchTo(server.url, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['fd00::1', false],
  ['fe80::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['not an address', false],
])('whether %s is a public address: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
