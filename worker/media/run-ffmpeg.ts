import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type FfmpegProgram = 'ffmpeg' | 'ffprobe';

/** Enough of ffmpeg's complaints for a log line; a broken file can make it print one per packet. */
const STDERR_LIMIT = 8 * 1024;
/** Bytes of text that a probe may answer; one that says more reads a file with thousands of streams. */
const TEXT_LIMIT = 4 * 1024 * 1024;

/** ffmpeg or ffprobe ended with an error, or was ended because it took too long. */
export class FfmpegError extends Error {
  override readonly name = 'FfmpegError';
  /** Undefined where the process did not exit by itself (killed). */
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(message: string, exitCode: number | undefined, stderr: string) {
    super(stderr === '' ? message : `${message}: ${stderr.trim()}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** ffmpeg is not there or may not be run: the machine's trouble, never the file's. */
export class FfmpegUnavailable extends Error {
  override readonly name = 'FfmpegUnavailable';
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Wall-clock limit of the whole run; no limit by default. */
  readonly timeoutMs?: number;
}

/**
 * A running ffmpeg: its raw pipes, and the one promise that tells how it ended. Aborting the signal, the time limit
 * and disposal all end it with SIGKILL; disposal returns when the process and its pipes are gone.
 */
export class FfmpegProcess implements AsyncDisposable {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves on exit code 0. Rejects with the abort reason, `FfmpegError` or `FfmpegUnavailable`. */
  readonly completed: Promise<void>;
  readonly #child: ChildProcess;
  #stopReason: unknown;
  #closed = false;

  constructor(program: FfmpegProgram, args: readonly string[], { signal, timeoutMs }: RunOptions) {
    signal.throwIfAborted();
    const child = spawn(program, args, { stdio: 'pipe' });
    this.#child = child;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    // A write or read that fails because the process died is explained by `completed`.
    child.stdin.on('error', () => undefined);
    child.stdout.on('error', () => undefined);
    const stderr = keepTail(child.stderr, STDERR_LIMIT);

    const onAbort = () => this.stop(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(
            () => this.stop(new FfmpegError(`${program} took longer than ${timeoutMs} ms`, undefined, stderr())),
            timeoutMs,
          );

    this.completed = new Promise<void>((resolve, reject) => {
      const release = () => {
        this.#closed = true;
        signal.removeEventListener('abort', onAbort);
        clearTimeout(timer);
      };
      child.on('error', (cause) => {
        release();
        reject(new FfmpegUnavailable(`${program} could not be started`, { cause }));
      });
      child.on('close', (code, killedBy) => {
        release();
        if (this.#stopReason !== undefined) reject(this.#stopReason);
        else if (code === 0) resolve();
        else
          reject(new FfmpegError(`${program} ended with ${killedBy ?? `code ${code}`}`, code ?? undefined, stderr()));
      });
    });
    // Whoever awaits it sees the rejection; a disposed process may have nobody left who does.
    this.completed.catch(() => undefined);
  }

  /** Kills the process; `completed` then rejects with `reason`. */
  stop(reason: unknown): void {
    if (this.#closed) return;
    this.#stopReason ??= reason;
    this.#child.kill('SIGKILL');
    // Unread output would keep the pipe open, and `close` waiting for it.
    this.stdout.destroy();
  }

  /** Writes the whole buffer to ffmpeg's stdin; resolves when the buffer may be used again. */
  async write(data: Uint8Array): Promise<void> {
    const failed = await new Promise<boolean>((resolve) => {
      this.stdin.write(data, (error) => resolve(error !== null && error !== undefined));
    });
    if (!failed) return;
    await this.completed;
    throw new FfmpegError('ffmpeg stopped reading before the last frame', 0, '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop(new FfmpegError('ffmpeg was stopped because its output is no longer wanted', undefined, ''));
    await this.completed.catch(() => undefined);
  }
}

/** Runs to the end and returns what it printed on stdout, as text. Throws as `FfmpegProcess.completed` does. */
export async function runForText(
  program: FfmpegProgram,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  await using process = new FfmpegProcess(program, args, options);
  process.stdin.end();
  const chunks: Buffer[] = [];
  let bytes = 0;
  process.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= TEXT_LIMIT) chunks.push(chunk);
    else process.stop(new FfmpegError(`${program} printed more than ${TEXT_LIMIT} bytes`, undefined, ''));
  });
  await process.completed;
  return Buffer.concat(chunks).toString('utf8');
}

function keepTail(stream: Readable, limit: number): () => string {
  let tail = Buffer.alloc(0);
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-limit);
  });
  return () => tail.toString('utf8');
}
