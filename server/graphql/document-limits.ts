import { costLimitPlugin } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { parse } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** The introspection that tools send has some 300; everything that can be asked of one job has 120. */
const MAX_TOKENS = 1_000;
/** jobs, edges, node, request, speaker, point, x: 7. */
const MAX_DEPTH = 8;
/** A page may ask for a few jobs at once. */
const MAX_ALIASES = 15;
/**
 * Everything that can be asked of one job costs some 400, and so does each job of a page whose size stands in the
 * document. (Sizes in variables aren't counted; the number of pages is bounded by the aliases then.)
 */
const MAX_COST = 50_000;

/**
 * Documents that would cost much more than any client of this schema needs are refused before they run.
 * (The depth of introspection is limited by graphql-js itself.)
 */
export function documentLimits(): Plugin[] {
  return [
    {
      onParse({ setParseFn }) {
        setParseFn((source, options) => parse(source, { ...options, maxTokens: MAX_TOKENS }));
      },
    },
    maxDepthPlugin({ n: MAX_DEPTH }),
    maxAliasesPlugin({ n: MAX_ALIASES, allowList: [] }),
    costLimitPlugin({ maxCost: MAX_COST }),
  ];
}
