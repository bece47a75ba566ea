import type { ErrorCode } from '../schema/errors.ts';

/**
 * A failure that the caller must see: the job ends as `failed` with this code and message, and its credits return.
 * Anything else that a pipeline throws is the service's own trouble and is tried again on another attempt.
 */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  readonly code: ErrorCode;

  /** `message` tells the caller what to do and holds no internals; those go into `options.cause`, which is logged. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
