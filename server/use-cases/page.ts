import { InvalidInput } from '../refusal.ts';

/** Lists are read page by page: so many items after a cursor, which names the last item of the page before. */

export const DEFAULT_PAGE_SIZE = 20;
/** A page of jobs with everything that can be asked of each is some 300 kB then. */
export const MAX_PAGE_SIZE = 100;

export interface PageRequest {
  readonly first?: number | null;
  readonly after?: string | null;
}

export interface Edge<Item> {
  readonly node: Item;
  readonly cursor: string;
}

export interface Page<Item> {
  readonly edges: readonly Edge<Item>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Throws `InvalidInput` unless it is 1 to MAX_PAGE_SIZE. */
export function pageSize(first: number | null | undefined): number {
  if (first === null || first === undefined) return DEFAULT_PAGE_SIZE;
  if (Number.isInteger(first) && first >= 1 && first <= MAX_PAGE_SIZE) return first;
  throw new InvalidInput([{ path: 'first', message: `must be a whole number from 1 to ${MAX_PAGE_SIZE}` }]);
}

/** `rows` holds one more than the page if there are more. */
export function pageOf<Item>(
  rows: readonly Item[],
  size: number,
  cursorOf: (item: Item) => string,
  { after }: PageRequest,
): Page<Item> {
  return {
    edges: rows.slice(0, size).map((node) => ({ node, cursor: cursorOf(node) })),
    hasNextPage: rows.length > size,
    hasPreviousPage: after !== null && after !== undefined,
  };
}

export function mapPage<Item, Mapped>(page: Page<Item>, map: (item: Item) => Mapped): Page<Mapped> {
  return { ...page, edges: page.edges.map(({ node, cursor }) => ({ node: map(node), cursor })) };
}

/** Cursors are opaque to callers, so that what they hold may change. */
export function writeCursor(...parts: readonly string[]): string {
  return Buffer.from(parts.join(' ')).toString('base64url');
}

/** The parts of a cursor that match the pattern's groups. Throws `InvalidInput` for text that is none of ours. */
export function readCursor(cursor: string, pattern: RegExp): string[] {
  const [, ...parts] = pattern.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (parts.length > 0) return parts;
  throw new InvalidInput([{ path: 'after', message: 'is not a cursor of this list: send one as it was handed out' }]);
}
