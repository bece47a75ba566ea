import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import { acceptRequestId, openContext, type RequestContext, type Services } from '../context.ts';
import { API_KEY_HEADER, JSON_BODY_LIMIT_BYTES } from '../http-env.ts';
import { documentLimits } from './document-limits.ts';
import { errorMasking, maskError } from './mask-errors.ts';
import { schema } from './schema.ts';

export const GRAPHQL_PATH = '/graphql';

/** Where an operation comes from: every transport brings it in this shape. */
export interface Origin {
  readonly requestId: string;
  readonly apiKey: string | null;
}

export type Yoga = YogaServerInstance<Origin, RequestContext>;

const DEFAULT_QUERY = `# Put your key into the Headers tab, then ask who it belongs to.
query Viewer {
  viewer {
    account { name }
    credits
  }
}
`;

/** The one pipeline of parse, validate and execute that HTTP, SSE and WebSocket share. */
export function createGraphQL(services: Services): Yoga {
  const { log } = services;
  return createYoga<Origin, RequestContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    async context({ requestId, apiKey }) {
      try {
        return await openContext(services, { requestId, apiKey });
      } catch (error) {
        throw maskError(error, { requestId, log: log.child({ requestId }) });
      }
    },
    plugins: [...documentLimits(), errorMasking()],
    // The last net, for what fails outside of an operation.
    maskedErrors: { maskError: (error) => maskError(error, { requestId: acceptRequestId(null), log }) },
    // Node's own: the server's middleware rewraps responses, and a cancelled stream of another make would then throw
    // where nothing can catch it.
    fetchAPI: { Headers, ReadableStream, Request, Response },
    multipart: false,
    batching: false,
    cors: false,
    landingPage: false,
    maxRequestBodySize: JSON_BODY_LIMIT_BYTES,
    graphiql: {
      title: 'Talk-V2V',
      defaultQuery: DEFAULT_QUERY,
      headers: JSON.stringify({ [API_KEY_HEADER]: '' }),
    },
    // From the package, not from a content delivery network: closed networks have none.
    renderGraphiQL,
    logging: {
      debug: (...parts) => log.debug({ parts }, 'graphql'),
      info: (...parts) => log.debug({ parts }, 'graphql'),
      warn: (...parts) => log.warn({ parts }, 'graphql'),
      error: (...parts) => log.error({ parts }, 'graphql'),
    },
  });
}
