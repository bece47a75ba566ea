/** What the middleware of `http.ts` puts on every request, for the routes behind it. */
export interface HttpEnv {
  Variables: {
    requestId: string;
  };
}

/** A request is a few kilobytes of JSON; files go to upload URLs. */
export const JSON_BODY_LIMIT_BYTES = 1024 * 1024;
export const API_KEY_HEADER = 'api-key';
export const REQUEST_ID_HEADER = 'x-request-id';
