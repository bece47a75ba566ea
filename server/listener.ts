import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { within } from '../platform/deadline.ts';
import type { GraphQLSockets } from './graphql/socket.ts';
import { GRAPHQL_PATH } from './graphql/yoga.ts';

/** The largest upload over a slow line takes this long. Headers must come within Node's own minute. */
const REQUEST_TIMEOUT_MS = 3 * 3600 * 1000;
/** Longer than the idle time of usual load balancers, which would else reuse a connection that was just closed. */
const KEEP_ALIVE_MS = 65_000;

type Fetch = (request: Request) => Response | Promise<Response>;

/** Disposing cuts off whatever is still connected. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
  /** Answers from now on; requests that came earlier have waited. */
  serve(fetch: Fetch, sockets: GraphQLSockets): void;
  /** Takes no new connection and lets requests in flight finish, for so long at most. */
  drain(deadlineMs: number): Promise<void>;
}

/** Takes the port at once, so that URLs can be made with it before anything is served. Throws when it is taken. */
export async function listen(address: { host: string; port: number }): Promise<Listener> {
  let serve: Listener['serve'] = () => {};
  const serving = new Promise<{ handle: ReturnType<typeof getRequestListener>; sockets: GraphQLSockets }>((resolve) => {
    serve = (fetch, sockets) => resolve({ handle: getRequestListener(fetch), sockets });
  });
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS });
  server.on('request', async (request, response) => {
    // A connection that falls idle while the server drains would be kept alive for its next request.
    response.once('close', () => setImmediate(() => server.listening || server.closeIdleConnections()));
    await (await serving).handle(request, response);
  });
  server.on('upgrade', async (request, socket, head) => {
    // Without a listener, a reset by the client would end the process.
    socket.on('error', () => socket.destroy());
    const [path] = (request.url ?? '').split('?', 1);
    if (path === GRAPHQL_PATH) (await serving).sockets.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
  });
  await opened(server, address);
  const closed = new Promise((resolve) => server.once('close', resolve));
  const close = () => {
    if (server.listening) server.close();
    return closed;
  };
  return {
    port: portOf(server),
    serve,
    async drain(deadlineMs) {
      await within(deadlineMs, close());
    },
    async [Symbol.asyncDispose]() {
      const done = close();
      server.closeAllConnections();
      await done;
    },
  };
}

function opened(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
