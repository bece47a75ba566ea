import { type ExecutionResult, GraphQLError } from 'graphql';
import { handleStreamOrSingleExecutionResult, type Plugin } from 'graphql-yoga';
import { ERRORS } from '../../schema/errors.ts';
import type { RequestContext } from '../context.ts';
import { Refusal } from '../refusal.ts';

type Origin = Pick<RequestContext, 'requestId' | 'log'>;

/**
 * What the caller may see of an error: a refusal with its code, and the mistakes in a document, as they are;
 * everything else as INTERNAL under the request id, where the log has the real one.
 */
export function maskError(error: unknown, { requestId, log }: Origin): GraphQLError {
  const cause = error instanceof GraphQLError ? error.originalError : error;
  const position = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {};
  if (cause instanceof Refusal) {
    const { status } = ERRORS[cause.code];
    // Refusals are answers; only a missing key makes the whole request fail.
    const http = cause.code === 'UNAUTHENTICATED' ? { http: { status } } : {};
    return new GraphQLError(cause.message, { ...position, extensions: { code: cause.code, requestId, ...http } });
  }
  if (error instanceof GraphQLError && (cause === undefined || cause instanceof GraphQLError)) return error;
  log.error({ err: cause }, 'a GraphQL operation failed');
  return new GraphQLError(`The service failed. Its log has the reason under ${requestId}.`, {
    ...position,
    extensions: { code: 'INTERNAL', requestId, http: { status: ERRORS.INTERNAL.status } },
  });
}

/** Masks what operations return, first results and later ones alike, on every transport. */
export function errorMasking(): Plugin<RequestContext> {
  const masked = (result: ExecutionResult, origin: Origin): ExecutionResult =>
    result.errors === undefined
      ? result
      : { ...result, errors: result.errors.map((error) => maskError(error, origin)) };
  return {
    onExecute: ({ args }) => ({
      onExecuteDone: (done) =>
        handleStreamOrSingleExecutionResult(done, ({ result, setResult }) =>
          setResult(masked(result, args.contextValue)),
        ),
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult: (done) =>
        handleStreamOrSingleExecutionResult(done, ({ result, setResult }) =>
          setResult(masked(result, args.contextValue)),
        ),
      onSubscribeError: ({ error, setError }) => setError(maskError(error, args.contextValue)),
    }),
  };
}
