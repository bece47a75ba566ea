import { createWriteStream, openAsBlob } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { z } from 'zod';

/** What the service refused or could not do: its stable code and its sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const CONTENT_TYPES: Record<string, string> = {
  '.mp4': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
  '.mkv': 'video/x-matroska',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.m4a': 'audio/mp4',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
};

const refusal = z.object({ code: z.string(), message: z.string() });
const issues = z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }).partial();
const response = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).partial().optional() })),
});
const upload = z.object({ upload: z.object({ reference: z.string(), url: z.string() }) });
const submitted = z.object({ job: z.object({ id: z.string() }) });
const job = z.object({
  status: z.enum(['QUEUED', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELED']),
  stage: z.string().nullable(),
  progress: z.number(),
  etaSeconds: z.number().nullable(),
  error: refusal.nullable(),
  warnings: z.array(z.object({ message: z.string() })),
  stages: z.array(z.object({ name: z.string(), seconds: z.number() })),
  result: z
    .object({ url: z.string(), width: z.int(), height: z.int(), bytes: z.number(), durationSeconds: z.number() })
    .nullable(),
});
export type DemoJob = z.infer<typeof job>;

const CREATE_UPLOAD = /* GraphQL */ `
  mutation CreateUpload($input: CreateUploadInput!) {
    outcome: createUpload(input: $input) {
      ... on CreateUploadSuccess { upload { reference url } }
      ... on Error { code message }
      ... on InvalidInput { issues { path message } }
    }
  }`;
const SUBMIT = /* GraphQL */ `
  mutation Submit($input: TalkV2VInput!) {
    outcome: submitTalkV2V(input: $input) {
      ... on SubmitTalkV2VSuccess { job { id } }
      ... on Error { code message }
      ... on InvalidInput { issues { path message } }
    }
  }`;
const WATCH = /* GraphQL */ `
  subscription Watch($id: ID!) {
    job: jobUpdated(id: $id) {
      status stage progress etaSeconds
      error { code message }
      warnings { message }
      stages { name seconds }
      result { url width height bytes durationSeconds }
    }
  }`;

/** The service as any client sees it: public GraphQL, nothing else. */
export interface Api {
  readonly url: string;
  readonly apiKey: string;
}

/** Sends a file to storage; gives the `upload://` reference for the request. */
export async function uploadFile(api: Api, path: string): Promise<string> {
  const { size } = await stat(path);
  const contentType = CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const input = { fileName: basename(path), contentType, bytes: size };
  const { reference, url } = upload.parse(await mutate(api, CREATE_UPLOAD, { input })).upload;
  // Read from the disk while it is sent, with its length announced.
  const body = await openAsBlob(path, { type: contentType });
  const sent = await fetch(url, { method: 'PUT', body });
  if (!sent.ok) throw await httpError(sent);
  return reference;
}

/** Submits the job; gives its id. */
export async function submit(api: Api, input: Record<string, unknown>): Promise<string> {
  return submitted.parse(await mutate(api, SUBMIT, { input })).job.id;
}

/**
 * Follows the job over a WebSocket until it has ended, or the signal says that nobody waits for it any more; gives
 * every snapshot that arrives, the last one ended.
 */
export async function* watchJob(api: Api, id: string, signal?: AbortSignal): AsyncGenerator<DemoJob> {
  const socketUrl = `${api.url.replace(/^http/, 'ws')}/graphql`;
  const client = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { apiKey: api.apiKey },
    shouldRetry: () => !signal?.aborted,
  });
  signal?.addEventListener('abort', () => client.dispose(), { once: true });
  try {
    for await (const message of client.iterate({ query: WATCH, variables: { id } })) {
      const { data, errors = [] } = response.partial().parse(message);
      throwFirst(errors);
      yield job.parse(data?.job);
    }
  } finally {
    await client.dispose();
  }
}

/** Saves what a URL gives; a download that breaks off leaves no file under the name. */
export async function download(url: string, path: string): Promise<void> {
  const received = await fetch(url);
  if (!received.ok || received.body === null) throw await httpError(received);
  const unfinished = `${path}.part`;
  await pipeline(received.body, createWriteStream(unfinished));
  await rename(unfinished, path);
}

async function mutate(api: Api, query: string, variables: Record<string, unknown>): Promise<unknown> {
  const received = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'api-key': api.apiKey },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = response.partial().parse(await received.json());
  throwFirst(errors);
  const refused = refusal.safeParse(data?.outcome);
  if (!refused.success) return data?.outcome;
  const details = (issues.parse(data?.outcome).issues ?? []).map(({ path, message }) => `\n  ${path}: ${message}`);
  throw new ApiError(refused.data.code, refused.data.message + details.join(''));
}

function throwFirst(errors: z.infer<typeof response>['errors']): void {
  const [first] = errors;
  if (first) throw new ApiError(first.extensions?.code ?? 'INTERNAL', first.message);
}

async function httpError(received: Response): Promise<ApiError> {
  const body = await received.text();
  return new ApiError(`HTTP ${received.status}`, body || received.statusText);
}
