/** Letters, digits, dots, dashes and underscores, never starting with a dot: no segment can mean a parent folder. */
const SEGMENT = '[A-Za-z0-9_-][A-Za-z0-9._-]*';
const KEY = new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`);
/** S3 allows 1024 bytes, file systems 255 a segment; ours are shorter than 120. */
const MAX_KEY_LENGTH = 255;

export class UnsafeObjectKey extends Error {
  override readonly name = 'UnsafeObjectKey';
  constructor(key: string) {
    super(`not a key of this store: ${JSON.stringify(key)}`);
  }
}

/** Throws `UnsafeObjectKey` for everything that could leave the store's folder or isn't the same key to every store. */
export function checkObjectKey(key: string): void {
  if (key.length > MAX_KEY_LENGTH || !KEY.test(key)) throw new UnsafeObjectKey(key);
}
