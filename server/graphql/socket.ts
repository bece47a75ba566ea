import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { CloseCode, type Context, type SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { within } from '../../platform/deadline.ts';
import { repeat } from '../../platform/repeat.ts';
import { acceptRequestId, type Caller, openContext, type Services } from '../context.ts';
import { maskError } from './mask-errors.ts';
import { SocketKeys } from './socket-keys.ts';
import type { Yoga } from './yoga.ts';

/** A document with its variables; a client has no reason to send more. */
const MAX_MESSAGE_BYTES = 128 * 1024;
const INIT_TIMEOUT_MS = 5_000;
/** A client that answers no ping within this time is cut off; also keeps idle proxies from closing the connection. */
const KEEP_ALIVE_MS = 12_000;
const MAX_OPERATIONS = 50;
/** Results that a client doesn't read pile up in memory; this much says that it won't. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
const BUFFER_CHECK_MS = 5_000;
/** How long an open socket may outlive its key. */
const KEY_CHECK_MS = 5_000;
const CLOSE_DEADLINE_MS = 3_000;
/** Service restart (RFC 6455 registry): clients connect again. */
const RESTARTING = 1012;
const TRY_AGAIN_LATER = 1013;

export interface SocketOptions {
  readonly initTimeoutMs?: number;
  readonly keepAliveMs?: number;
  readonly closeDeadlineMs?: number;
  readonly maxBufferedBytes?: number;
  readonly bufferCheckMs?: number;
  readonly keyCheckMs?: number;
}

export interface GraphQLSockets extends AsyncDisposable {
  /** Takes over a connection that asks to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

type SocketContext = Context<Record<string, unknown>, Extra>;

/** GraphQL over WebSocket (the graphql-ws protocol), through the same pipeline as HTTP. */
export function openSockets(services: Services, yoga: Yoga, options: SocketOptions = {}): GraphQLSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const keys = new SocketKeys();
  const graphql = useServer(
    {
      connectionInitWaitTimeout: options.initTimeoutMs ?? INIT_TIMEOUT_MS,
      // Only decides whether the reason of a close may tell internals.
      isProd: true,
      onConnect: (context) => authenticate(services, keys, context),
      onSubscribe: (context, _id, payload) => prepare(services, yoga, context, payload),
      execute: (args) => pipelineOf(args).execute(args),
      subscribe: (args) => pipelineOf(args).subscribe(args),
    },
    server,
    options.keepAliveMs ?? KEEP_ALIVE_MS,
  );
  const maxBuffered = options.maxBufferedBytes ?? MAX_BUFFERED_BYTES;
  const checking = setInterval(() => {
    for (const client of server.clients) if (client.bufferedAmount > maxBuffered) client.terminate();
  }, options.bufferCheckMs ?? BUFFER_CHECK_MS);
  const keyChecks = repeat(() => keys.closeRevoked(services.db, server.clients), {
    name: 'socket keys',
    intervalMs: options.keyCheckMs ?? KEY_CHECK_MS,
    log: services.log,
  });
  return {
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, (client) => {
        server.emit('connection', client, request);
        // graphql-ws would print what clients do wrong; ws has closed the connection by then.
        client.removeAllListeners('error');
        client.on('error', (error) => services.log.debug({ err: error }, 'a WebSocket broke'));
      });
    },
    async [Symbol.asyncDispose]() {
      clearInterval(checking);
      await keyChecks[Symbol.asyncDispose]();
      const clients = [...server.clients];
      for (const client of clients) client.close(RESTARTING, 'Service restart');
      await within(options.closeDeadlineMs ?? CLOSE_DEADLINE_MS, Promise.all(clients.map(closed)));
      for (const client of server.clients) client.terminate();
      await graphql.dispose();
    },
  };
}

function closed(client: WebSocket): Promise<void> {
  if (client.readyState === client.CLOSED) return Promise.resolve();
  return new Promise((resolve) => client.once('close', () => resolve()));
}

function callerOf({ connectionParams, extra }: SocketContext): Caller {
  const apiKey = connectionParams?.apiKey ?? connectionParams?.['api-key'] ?? extra.request.headers['api-key'];
  return { apiKey: typeof apiKey === 'string' ? apiKey : null };
}

/** No key closes with 4401, a wrong one (false) with 4403; 1013 says that asking again may help. */
async function authenticate(
  services: Services,
  keys: SocketKeys,
  context: SocketContext,
): Promise<boolean | undefined> {
  const { socket } = context.extra;
  const caller = callerOf(context);
  if (!caller.apiKey) {
    socket.close(CloseCode.Unauthorized, 'Send apiKey in connectionParams');
    return undefined;
  }
  try {
    const { keyId } = await openContext(services, caller);
    if (keyId !== undefined) keys.set(socket, keyId);
    return keyId !== undefined;
  } catch (error) {
    services.log.error({ err: error }, 'a WebSocket could not be authenticated');
    socket.close(TRY_AGAIN_LATER, 'Try again later');
    return undefined;
  }
}

type Enveloped = ReturnType<Yoga['getEnveloped']>;

/** graphql-ws passes on the arguments only; each operation runs in the pipeline that prepared it. */
const pipelines = new WeakMap<ExecutionArgs, Enveloped>();

function pipelineOf(args: ExecutionArgs): Enveloped {
  const pipeline = pipelines.get(args);
  if (pipeline === undefined) throw new Error('an operation was run that was not prepared');
  return pipeline;
}

/** Authenticates every operation anew, so that a revoked key ends what can be started on an open socket. */
async function prepare(
  services: Services,
  yoga: Yoga,
  context: SocketContext,
  params: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  if (Object.keys(context.subscriptions).length > MAX_OPERATIONS) {
    return [new GraphQLError(`A connection can run ${MAX_OPERATIONS} operations at a time.`)];
  }
  const origin = { requestId: acceptRequestId(null), apiKey: callerOf(context).apiKey ?? null };
  try {
    const pipeline = yoga.getEnveloped({ ...origin, params });
    const document = pipeline.parse(params.query);
    const mistakes = pipeline.validate(pipeline.schema, document);
    if (mistakes.length > 0) return mistakes;
    const args: ExecutionArgs = {
      schema: pipeline.schema,
      document,
      operationName: params.operationName,
      variableValues: params.variables,
      contextValue: await pipeline.contextFactory(),
    };
    pipelines.set(args, pipeline);
    return args;
  } catch (error) {
    return [maskError(error, { ...origin, log: services.log })];
  }
}
