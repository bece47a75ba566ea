import { OpenAPIHono } from '@hono/zod-openapi';
import { API_KEY_HEADER } from '../http-env.ts';
import {
  cancelRoute,
  createUploadRoute,
  jobsRoute,
  receiveUploadRoute,
  resultRoute,
  statusRoute,
  submitRoute,
} from './routes.ts';

/** The contract's version, not the program's: it grows when something is added that clients may rely on. */
const CONTRACT_VERSION = '1.1.0';

const ROUTES = [submitRoute, statusRoute, resultRoute, cancelRoute, jobsRoute, createUploadRoute, receiveUploadRoute];

/** The OpenAPI 3.1 description of the REST paths, made from the schemas that check their requests. */
export function openApiDocument() {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'apiKey', in: 'header', name: API_KEY_HEADER });
  for (const route of ROUTES) registry.registerPath(route);
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Talk-V2V',
      version: CONTRACT_VERSION,
      description: 'A video and a voice go in, the same video comes out with the lips following the new voice.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
  });
}
