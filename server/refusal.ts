import type { ErrorCode } from '../schema/errors.ts';
import type { JobRow } from '../schema/tables.ts';

/**
 * A request that the service understands and refuses: the code and the message are for the caller. Every transport
 * shows a refusal as it is; any other error is a fault of ours, which is logged and masked.
 */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One thing that is wrong with an input. `path` is dotted, in the names of `schema/request.ts`: `imageSize.width`. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
  /** Where the table of errors has a more telling code than INVALID_INPUT. */
  readonly code?: ErrorCode;
}

/** Its code is that of its issues when they agree, else INVALID_INPUT. */
export class InvalidInput extends Refusal {
  override readonly name = 'InvalidInput';
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    const codes = new Set(issues.map((issue) => issue.code ?? 'INVALID_INPUT'));
    const [code = 'INVALID_INPUT'] = codes;
    super(
      codes.size === 1 ? code : 'INVALID_INPUT',
      issues.map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`)).join('; '),
    );
    this.issues = issues;
  }
}

export class InsufficientCredits extends Refusal {
  override readonly name = 'InsufficientCredits';
  readonly required: number;
  readonly available: number;

  constructor(required: number, available: number) {
    super('INSUFFICIENT_CREDITS', `This job needs ${required} credits and the account has ${available}. Add credits.`);
    this.required = required;
    this.available = available;
  }
}

export class IdempotencyConflict extends Refusal {
  override readonly name = 'IdempotencyConflict';
  /** The job that the key belongs to. */
  readonly jobId: string;

  constructor(jobId: string, why = 'which was submitted with another payload') {
    super('IDEMPOTENCY_CONFLICT', `This idempotency key belongs to job ${jobId}, ${why}. Use a new key.`);
    this.jobId = jobId;
  }
}

export class NotFound extends Refusal {
  override readonly name = 'NotFound';

  constructor(what: string) {
    super('NOT_FOUND', `There is no such ${what} in this account.`);
  }
}

export class PayloadTooLarge extends Refusal {
  override readonly name = 'PayloadTooLarge';

  constructor(maxBytes: number) {
    super('PAYLOAD_TOO_LARGE', `At most ${maxBytes} bytes are accepted here.`);
  }
}

/** The job, or the worker that had it, is still at work. */
export class JobNotEnded extends Refusal {
  override readonly name = 'JobNotEnded';
  readonly job: JobRow;

  constructor(job: JobRow) {
    const wait = job.status === 'canceled' ? 'Its worker is stopping: try again in some seconds.' : 'Cancel it first.';
    super('NOT_ENDED', `The job is ${job.status}. ${wait}`);
    this.job = job;
  }
}

export class JobNotRetryable extends Refusal {
  override readonly name = 'JobNotRetryable';
  readonly job: JobRow;

  constructor(job: JobRow) {
    super('NOT_RETRYABLE', `The job is ${job.status}. Only a job that failed or was canceled can be retried.`);
    this.job = job;
  }
}
