import { createAccount, createApiKey } from '../../platform/accounts.ts';
import { type DatabaseHandle, openDatabase } from '../../platform/database.ts';
import { Lifecycle } from '../../platform/lifecycle.ts';
import { connectNats, type NatsHandle } from '../../platform/nats.ts';
import type { AccountRow } from '../../schema/tables.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../server/server.ts';
import { freshEnvironment, log } from './services.ts';

export interface GraphQLAnswer {
  readonly status: number;
  readonly requestId: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape the query decides
  readonly data: any;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly string[];
    readonly extensions?: Record<string, unknown>;
  }[];
}

export interface Client {
  readonly account: AccountRow;
  readonly key: string;
  /** One operation as an HTTP request that needs no socket. */
  ask(query: string, variables?: Record<string, unknown>): Promise<GraphQLAnswer>;
}

export interface TestServer extends AsyncDisposable {
  readonly server: RunningServer;
  /** Connections of the test's own, to look behind the server and to play the worker. */
  readonly database: DatabaseHandle;
  readonly nats: NatsHandle;
  client(credits?: number): Promise<Client>;
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<GraphQLAnswer>;
}

/** A whole server on a free port, with a database and a NATS prefix of its own. */
export function startTestServer(
  options: ServerOptions & { changes?: Record<string, string> } = {},
): Promise<TestServer> {
  return Lifecycle.open(async (lifecycle) => {
    const { environment } = lifecycle.use(await freshEnvironment(options.changes));
    const database = lifecycle.use(openDatabase(environment.DATABASE_URL, { poolSize: 5, log }));
    const nats = lifecycle.use(
      await connectNats({ url: environment.NATS_URL, prefix: environment.NATS_PREFIX, name: 'test', log }),
    );
    const server = lifecycle.use(await startServer(environment, { log, ...options }));
    const ask: TestServer['ask'] = async (query, variables, headers = {}) => {
      const response = await server.fetch(
        new Request('http://localhost/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ query, variables }),
        }),
      );
      const body = await response.json();
      return { status: response.status, requestId: response.headers.get('x-request-id'), ...body };
    };
    return {
      server,
      database,
      nats,
      ask,
      async client(credits = 10_000) {
        const account = await createAccount(database.db, { name: 'Test', credits });
        const { key } = await createApiKey(database.db, account.id);
        return { account, key, ask: (query, variables) => ask(query, variables, { 'api-key': key }) };
      },
      [Symbol.asyncDispose]: () => lifecycle[Symbol.asyncDispose](),
    };
  });
}

export const SUBMIT = `mutation Submit($input: TalkV2VInput!, $key: String) {
  submitTalkV2V(input: $input, idempotencyKey: $key) {
    __typename
    ... on SubmitTalkV2VSuccess { job { id status requestId creditsHeld progress revision } }
    ... on InvalidInput { code message issues { path message } }
    ... on InsufficientCredits { code required available }
    ... on IdempotencyConflict { code jobId }
  }
}`;

export const JOB = `query Job($id: ID!) {
  job(id: $id) {
    __typename
    ... on Error { code message }
    ... on Job {
      id requestId status model attempt revision stage progress etaSeconds creditsHeld creditsUsed
      retryOf queuePosition
      request {
        inputVideo audioFile prompt negativePrompt model function resolution imageSize { width height } keepProportion
        audioDuration frameRate maxFrames steps cfgScale crf seed syncMode articulation
        speaker { point { x y } box { left top right bottom } frame seconds }
      }
      error { code message retryable }
      result { url posterUrl width height frameRate frameCount durationSeconds bytes sha256 contentType }
      warnings { code message }
      stages { name startedAt seconds }
      createdAt startedAt endedAt
    }
  }
}`;
