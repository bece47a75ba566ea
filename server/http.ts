import { Hono, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import type { Logger } from '../platform/log.ts';
import { acceptRequestId, type Services } from './context.ts';
import { GRAPHQL_PATH, type Yoga } from './graphql/yoga.ts';
import { API_KEY_HEADER, type HttpEnv, REQUEST_ID_HEADER } from './http-env.ts';
import { mediaRoutes } from './media/routes.ts';
import type { Readiness } from './readiness.ts';
import { restRoutes } from './rest/app.ts';
import { answerErrors, errorResponse } from './rest/error-response.ts';
import { uploadRoutes } from './uploads/routes.ts';

export interface HttpParts {
  readonly services: Services;
  readonly yoga: Yoga;
  readonly readiness: () => Promise<Readiness>;
}

/** Everything that the server answers over HTTP, in the order in which a request meets it. */
export function createApp({ services, yoga, readiness }: HttpParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.use(requestIds());
  app.use(accessLog(services.log));
  app.use(headersForBrowsers());
  app.use(crossOrigin());

  // Who opens the server in a browser wants to see it work.
  app.get('/', (c) => c.redirect(GRAPHQL_PATH));
  app.get('/healthz', (c) => c.json({ alive: true }));
  app.get('/readyz', async (c) => {
    const state = await readiness();
    return c.json(state, state.ready ? 200 : 503);
  });
  app.all(GRAPHQL_PATH, (c) =>
    yoga.fetch(c.req.raw, { requestId: c.get('requestId'), apiKey: c.req.header(API_KEY_HEADER) ?? null }),
  );
  app.route('/', restRoutes(services));
  app.route('/', uploadRoutes(services));
  app.route('/', mediaRoutes(services));

  app.notFound((c) => errorResponse(c, 'NOT_FOUND', `There is nothing at ${c.req.method} ${c.req.path}.`));
  app.onError(answerErrors(services.log));
  return app;
}

function requestIds(): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const requestId = acceptRequestId(c.req.header(REQUEST_ID_HEADER));
    c.set('requestId', requestId);
    await next();
    c.header(REQUEST_ID_HEADER, requestId);
  };
}

function accessLog(log: Logger): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const { method, path } = c.req;
    const milliseconds = Math.round(performance.now() - start);
    log.debug({ requestId: c.get('requestId'), method, path, status: c.res.status, milliseconds }, 'request');
  };
}

/** Results may be played on any page; nothing of ours may be framed, sniffed, or seen in a referrer (URLs are signed). */
function headersForBrowsers(): MiddlewareHandler {
  return secureHeaders({
    crossOriginResourcePolicy: 'cross-origin',
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    // Whether there is TLS in front is for the proxy that ends it to say.
    strictTransportSecurity: false,
  });
}

/** Any page may call: what it may do hangs on its key, never on a cookie. */
function crossOrigin(): MiddlewareHandler {
  return cors({
    origin: '*',
    allowHeaders: [API_KEY_HEADER, REQUEST_ID_HEADER, 'content-type', 'idempotency-key', 'range'],
    exposeHeaders: [REQUEST_ID_HEADER, 'content-length', 'content-range', 'accept-ranges'],
    maxAge: 86_400,
  });
}
