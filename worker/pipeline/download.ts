import { lookup } from 'node:dns';
import { createWriteStream } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, request } from 'undici';
import { JobFailure } from '../failure.ts';

export interface DownloadOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Allows loopback and private addresses; only for closed networks. */
  readonly allowPrivate: boolean;
  /** What the file is to the caller, for messages: `inputVideo` or `audioFile`. */
  readonly field: string;
  /** Further certificate authorities, PEM. */
  readonly ca?: string;
  readonly onBytes?: (received: number, total: number | undefined) => void;
}

const TRIES = 3;
const RETRY_PAUSE_MS = 500;
const MAX_REDIRECTS = 5;
const CONNECT_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 20_000;
/** Longest silence within a body. */
const BODY_TIMEOUT_MS = 30_000;

/** A host name or address that leads to something not public. */
class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

/** The far end answered, and asking again may help. */
class TemporaryAnswer extends Error {
  override readonly name = 'TemporaryAnswer';
}

/**
 * Streams an HTTPS URL into a file and gives its size in bytes. Every address is checked when it is connected to, not
 * before, so that neither a redirect nor a changing DNS answer can lead into a private network. Throws `JobFailure`:
 * INPUT_UNREACHABLE, INPUT_FORBIDDEN, INPUT_TOO_LARGE or INPUT_EMPTY.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<number> {
  const agent = new Agent({
    connect: guardedConnector(options),
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
  });
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await fetchOnce(new URL(url), path, agent, options);
      } catch (error) {
        options.signal.throwIfAborted();
        if (error instanceof JobFailure) throw error;
        if (forbidden(error)) {
          throw new JobFailure(
            'INPUT_FORBIDDEN',
            `${options.field}: the URL leads to an address that is not public. Host the file where everybody can reach it, or upload it.`,
            { cause: error },
          );
        }
        if (attempt === TRIES) {
          throw new JobFailure(
            'INPUT_UNREACHABLE',
            `${options.field}: the file could not be downloaded (${TRIES} tries). Check that the URL opens without a login, or upload the file.`,
            { cause: error },
          );
        }
        await pause(RETRY_PAUSE_MS * 2 ** attempt, undefined, { signal: options.signal });
      }
    }
  } finally {
    await agent.destroy();
  }
}

async function fetchOnce(url: URL, path: string, agent: Agent, options: DownloadOptions): Promise<number> {
  let target = url;
  for (let redirects = 0; ; redirects++) {
    if (target.protocol !== 'https:')
      throw new ForbiddenAddress(`the URL leads to ${target.protocol} instead of https:`);
    const answer = await request(target, { dispatcher: agent, signal: options.signal, headers: { accept: '*/*' } });
    const location = answer.headers.location;
    if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string') {
      await answer.body.dump();
      if (redirects === MAX_REDIRECTS) throw unreachable(options.field, 'it redirects too often');
      target = new URL(location, target);
      continue;
    }
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      if (answer.statusCode >= 500 || answer.statusCode === 429) throw new TemporaryAnswer(`HTTP ${answer.statusCode}`);
      throw unreachable(options.field, `its server answered HTTP ${answer.statusCode}`);
    }
    const announced = Number(answer.headers['content-length'] ?? Number.NaN);
    const total = Number.isFinite(announced) ? announced : undefined;
    if (total !== undefined && total > options.maxBytes) throw tooLarge(options);
    const counter = byteCounter(options, total);
    await pipeline(answer.body, counter, createWriteStream(path), { signal: options.signal });
    if (counter.bytes === 0) throw new JobFailure('INPUT_EMPTY', `${options.field}: the URL gives an empty file.`);
    return counter.bytes;
  }
}

/** Passes bytes on, counts them, and fails the stream as soon as there are too many. */
function byteCounter(options: DownloadOptions, total: number | undefined): Transform & { bytes: number } {
  const counter = Object.assign(
    new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        counter.bytes += chunk.byteLength;
        options.onBytes?.(counter.bytes, total);
        done(counter.bytes > options.maxBytes ? tooLarge(options) : null, chunk);
      },
    }),
    { bytes: 0 },
  );
  return counter;
}

function guardedConnector(options: DownloadOptions): buildConnector.connector {
  const base = { timeout: CONNECT_TIMEOUT_MS, ...(options.ca !== undefined && { ca: options.ca }) };
  if (options.allowPrivate) return buildConnector(base);
  const connect = buildConnector({ ...base, lookup: publicLookup });
  return (target, callback) => {
    // Addresses written as such never pass through a lookup.
    const host = target.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !isPublicAddress(host)) callback(new ForbiddenAddress(`${host} is not public`), null);
    else connect(target, callback);
  };
}

/** dns.lookup that gives only public addresses and fails when a name has any other. */
const publicLookup: LookupFunction = (hostname, lookupOptions, callback) => {
  lookup(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const secret = addresses.find(({ address }) => !isPublicAddress(address));
    if (secret) return callback(new ForbiddenAddress(`${hostname} has the address ${secret.address}`), '', 0);
    if (lookupOptions.all) return callback(null, addresses);
    callback(null, addresses[0].address, addresses[0].family);
  });
};

/** Whether an IP address belongs to the public internet: not loopback, private, link-local, multicast, mapped or reserved. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** undici wraps what a connector throws, sometimes in several layers. */
function forbidden(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof ForbiddenAddress) return true;
  return false;
}

function tooLarge(options: DownloadOptions): JobFailure {
  const mebibytes = Math.floor(options.maxBytes / 1024 ** 2);
  return new JobFailure(
    'INPUT_TOO_LARGE',
    `${options.field}: the file is larger than ${mebibytes} MiB. Send a shorter or smaller one.`,
  );
}

function unreachable(field: string, reason: string): JobFailure {
  return new JobFailure(
    'INPUT_UNREACHABLE',
    `${field}: the file could not be downloaded: ${reason}. Check that the URL opens without a login, or upload the file.`,
  );
}
