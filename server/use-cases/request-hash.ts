import { createHash } from 'node:crypto';
import type { TalkV2VRequest } from '../../schema/request.ts';

/**
 * SHA-256, hex, of what the request means: the order of its fields and spelled-out defaults make no difference,
 * because it is taken after parsing.
 */
export function requestHash(request: TalkV2VRequest & { readonly retryOf?: string }): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
