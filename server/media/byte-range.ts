import type { ByteRange } from '../../platform/storage/object-store.ts';

const ONE_RANGE = /^bytes=(?:([0-9]{1,15})-([0-9]{0,15})|-([0-9]{1,15}))$/;

/**
 * What a Range header asks of an object of `bytes` bytes (RFC 9110, section 14): a range, or `unsatisfiable`. undefined
 * means the whole: no header, another unit, a malformed header, or several ranges, which a server may answer in full.
 */
export function parseRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | undefined {
  const found = header === undefined ? null : ONE_RANGE.exec(header.trim());
  if (found === null) return undefined;
  const [, from, to, suffix] = found;
  if (suffix !== undefined) return suffixRange(Number(suffix), bytes);
  const first = Number(from);
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && Number(to) < first) return undefined;
  return first < bytes ? { first, last } : 'unsatisfiable';
}

function suffixRange(length: number, bytes: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || bytes === 0) return 'unsatisfiable';
  return { first: Math.max(0, bytes - length), last: bytes - 1 };
}
