import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface Workspace extends AsyncDisposable {
  /** A folder for one attempt alone; gone when the workspace is disposed. */
  readonly directory: string;
}

/**
 * Opens the folder of an attempt. A worker that was killed leaves its folder behind; the next attempt of the same job
 * on this machine removes it, since whoever may still write there has lost the job.
 */
export async function openWorkspace(dataDir: string, jobId: string, attempt: number): Promise<Workspace> {
  const parent = join(dataDir, 'work');
  await mkdir(parent, { recursive: true });
  const leftovers = (await readdir(parent)).filter((name) => name.startsWith(`${jobId}-`));
  for (const name of leftovers) await rm(join(parent, name), { recursive: true, force: true });
  const directory = await mkdtemp(join(parent, `${jobId}-${attempt}-`));
  return {
    directory,
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true, force: true });
    },
  };
}
