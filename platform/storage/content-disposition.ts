/** What browsers show and can't run; everything else is only ever downloaded. */
const SHOWN = /^(?:video|audio)\/|^image\/(?:jpeg|png|webp)$/;

/**
 * The Content-Disposition of an object. `results/tlk_1/2.mp4` is saved as `tlk_1.mp4`: the attempt means nothing to
 * people. Keys have only characters that need no quoting (`object-key.ts`).
 */
export function contentDisposition(key: string, contentType: string): string {
  const folder = key.split('/').at(-2) ?? 'file';
  const extension = /\.[a-z0-9]+$/.exec(key)?.[0] ?? '';
  return `${SHOWN.test(contentType) ? 'inline' : 'attachment'}; filename="${folder}${extension}"`;
}
