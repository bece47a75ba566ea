import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { FfmpegError, FfmpegProcess, runForText } from '../../../worker/media/run-ffmpeg.ts';

const signal = new AbortController().signal;
const ENDLESS = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x240', '-f', 'rawvideo', 'pipe:1'];

describe('FfmpegProcess', () => {
  it('rejects with the exit code and what ffmpeg said', async () => {
    const failed = runForText('ffmpeg', ['-v', 'error', '-i', 'file:/does/not/exist'], { signal });
    await expect(failed).rejects.toThrow('No such file');
    await expect(failed).rejects.toMatchObject({ name: 'FfmpegError', exitCode: 1 });
  });

  it('is killed by abort although its output is not read, and rejects with the reason', async () => {
    const canceled = new AbortController();
    const reason = new Error('canceled');
    const process = new FfmpegProcess('ffmpeg', ENDLESS, { signal: canceled.signal });
    await once(process.stdout, 'readable');
    canceled.abort(reason);
    await expect(process.completed).rejects.toBe(reason);
  });

  it('is killed by its time limit', async () => {
    const stuck = new FfmpegProcess('ffmpeg', ENDLESS, { signal, timeoutMs: 50 });
    await expect(stuck.completed).rejects.toThrow('took longer than 50 ms');
  });

  it('is gone when its scope ends', async () => {
    let completed: Promise<void>;
    {
      await using process = new FfmpegProcess('ffmpeg', ENDLESS, { signal });
      completed = process.completed;
      await once(process.stdout, 'readable');
    }
    await expect(completed).rejects.toBeInstanceOf(FfmpegError);
  });

  it('does not start when the signal is aborted already', () => {
    const reason = new Error('canceled');
    expect(() => new FfmpegProcess('ffmpeg', ENDLESS, { signal: AbortSignal.abort(reason) })).toThrow(reason);
  });

  it('keeps only the end of endless complaints', async () => {
    const noisy = ['-v', 'debug', '-f', 'lavfi', '-i', 'testsrc2=duration=20:size=32x32', '-f', 'null', '-', '-bogus'];
    const error = await runForText('ffmpeg', [...noisy, '/no/such/dir/out.mp4'], { signal }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(FfmpegError);
    expect(String(error).length).toBeLessThan(10_000);
  });

  it('explains a write to an ffmpeg that has ended', async () => {
    const process = new FfmpegProcess('ffmpeg', ['-v', 'error', '-f', 'nonsense', '-i', 'pipe:0'], { signal });
    const writing = async () => {
      for (let i = 0; i < 100; i++) await process.write(new Uint8Array(1 << 20));
    };
    await expect(writing()).rejects.toThrow('nonsense');
  });
});
