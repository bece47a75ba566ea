import type { JobResult } from '../../schema/job.ts';
import type { Services } from '../context.ts';

/** URLs that read the result and its poster without a key, for RESULT_URL_SECONDS from now. */
export async function resultUrls(
  { storage, environment }: Pick<Services, 'storage' | 'environment'>,
  result: Pick<JobResult, 'videoKey' | 'posterKey'>,
): Promise<{ url: string; posterUrl: string }> {
  const options = { expiresInSeconds: environment.RESULT_URL_SECONDS };
  const [url, posterUrl] = await Promise.all([
    storage.url(result.videoKey, options),
    storage.url(result.posterKey, options),
  ]);
  return { url, posterUrl };
}
