import type { FilterSupport } from './picture-filters.ts';
import { runForText } from './run-ffmpeg.ts';

const LIST_TIMEOUT_MS = 30_000;

/** Asks the installed ffmpeg which optional filters it was built with. */
export async function detectFilterSupport(signal: AbortSignal): Promise<FilterSupport> {
  const list = await runForText('ffmpeg', ['-hide_banner', '-filters'], { signal, timeoutMs: LIST_TIMEOUT_MS });
  const has = (filter: string) => new RegExp(`^ \\S+ ${filter} `, 'm').test(list);
  return { toneMapping: has('zscale') && has('tonemap') };
}
