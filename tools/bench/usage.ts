import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of 1/100 s wherever Node runs. */
const TICKS_PER_SECOND = 100;
const SAMPLE_MS = 250;

/** CPU seconds, user and system. `children` counts processes that have ended. Undefined where there is no /proc. */
export interface CpuSeconds {
  readonly node: number;
  readonly children: number | undefined;
}

export function cpuSeconds(): CpuSeconds {
  const { user, system } = process.cpuUsage();
  const stat = textOf('/proc/self/stat');
  // The name in parentheses may hold spaces; after it cutime and cstime are the 14th and 15th fields.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const children = fields && (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
  return { node: (user + system) / 1e6, children };
}

export interface PeakMegabytes {
  readonly node: number;
  /** Node and the ffmpeg processes beside it at one moment. */
  readonly together: number | undefined;
}

/** Watches resident memory until it is disposed. */
export class MemoryWatch implements Disposable {
  #together: number | undefined;
  readonly #timer = setInterval(() => this.#sample(), SAMPLE_MS);

  get peak(): PeakMegabytes {
    return {
      node: Math.round(process.resourceUsage().maxRSS / 1024),
      together: this.#together && Math.round(this.#together),
    };
  }

  #sample(): void {
    const processes = [process.pid, ...childrenOf(process.pid)];
    const sizes = processes.map(residentMegabytes).filter((size) => size !== undefined);
    if (sizes.length === 0) return;
    const sum = sizes.reduce((total, size) => total + size, 0);
    this.#together = Math.max(this.#together ?? 0, sum);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function childrenOf(pid: number): number[] {
  const tasks = entriesOf(`/proc/${pid}/task`);
  const lists = tasks.map((task) => textOf(`/proc/${pid}/task/${task}/children`) ?? '');
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

function residentMegabytes(pid: number): number | undefined {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** A process may end between two looks, and only Linux has these files. */
function textOf(path: string): string | undefined {
  return missingAllowed(() => readFileSync(path, 'latin1'));
}

function entriesOf(path: string): string[] {
  return missingAllowed(() => readdirSync(path)) ?? [];
}

function missingAllowed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined;
    throw error;
  }
}
