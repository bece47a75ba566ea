/** What browsers show and can't run; everything else is only ever downloaded. */
const SHOWN = /^(?:video|audio)\/|^image\/(?:jpeg|png|webp)$/;

/**
 * The Content-Disposition of an object. `results/tlk_1/2.mp4` is saved as `tlk_1.mp4`, because the attempt means nothing
 * to people, and what has no extension under its own name. Keys need no quoting (`object-key.ts`).
 */
export function contentDisposition(key: string, contentType: string): string {
  const name = key.replace(/^.*?([^/]+)\/[^/]+(\.[a-z0-9]+)$/, '$1$2').replace(/^.*\//, '');
  return `${SHOWN.test(contentType) ? 'inline' : 'attachment'}; filename="${name}"`;
}
