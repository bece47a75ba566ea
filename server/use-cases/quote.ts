import { billedSeconds, boundedSeconds, creditsFor } from '../../schema/rate-card.ts';
import type { Resolution, TalkV2VRequest } from '../../schema/request.ts';
import type { AccountContext, Services } from '../context.ts';
import { checkReferences, parseRequest } from './check-request.ts';
import { estimateSeconds } from './estimate.ts';

export interface Price {
  readonly credits: number;
  readonly outputSeconds: number;
  /** false when the request doesn't bound the length, so that HOLD_SECONDS was assumed. */
  readonly exact: boolean;
}

/** The credits that a job of this request holds: the most it can cost, as far as the request alone tells. */
export function priceOf({ environment }: Pick<Services, 'environment'>, request: TalkV2VRequest): Price {
  const outputSeconds = boundedSeconds(request, environment.HOLD_SECONDS);
  return {
    credits: creditsFor(request.resolution, outputSeconds),
    outputSeconds,
    exact: boundedSeconds(request, Number.POSITIVE_INFINITY) === outputSeconds,
  };
}

export interface Quote {
  readonly credits: number;
  readonly resolution: Resolution;
  readonly billedSeconds: number;
  readonly estimatedSeconds: number;
  readonly exact: boolean;
}

/** What the request would cost and how long it would take now. Throws `InvalidInput` as a submit would. */
export async function quoteTalkV2V(context: AccountContext, input: unknown): Promise<Quote> {
  const request = parseRequest(input);
  await checkReferences(context, request);
  const { credits, outputSeconds, exact } = priceOf(context, request);
  return {
    credits,
    resolution: request.resolution,
    billedSeconds: billedSeconds(outputSeconds),
    estimatedSeconds: await estimateSeconds(context, { resolution: request.resolution, outputSeconds }),
    exact,
  };
}
