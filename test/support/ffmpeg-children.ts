import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How many ffmpeg processes a process has started that still run. */
export async function ffmpegChildren(parent: number | undefined): Promise<number> {
  const processes = existsSync('/proc/self/stat') ? linuxProcesses() : await listedProcesses();
  return processes.filter(({ name, parentId }) => parentId === parent && name.startsWith('ffmpeg')).length;
}

interface RunningProcess {
  readonly name: string;
  readonly parentId: number;
}

/** A fresh Linux may have no `ps`. */
function linuxProcesses(): RunningProcess[] {
  const ids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  return ids.flatMap((id) => {
    try {
      // 4321 (ffmpeg) S 4242 …: name, state, parent.
      const [, name = '', parentId = ''] =
        /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
      return [{ name, parentId: Number(parentId) }];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

async function listedProcesses(): Promise<RunningProcess[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'ppid=,comm=']);
  return stdout.split('\n').map((line) => {
    const [, parentId = '', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return { name: command.split('/').at(-1) ?? '', parentId: Number(parentId) };
  });
}
