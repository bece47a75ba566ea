import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncMode } from '../../../schema/request.ts';
import { SourceVideo } from '../../../worker/media/decode.ts';
import { detectFilterSupport } from '../../../worker/media/filter-support.ts';
import type { YuvFrame } from '../../../worker/media/frame.ts';
import { type OutputPicture, type PictureRequest, planPicture } from '../../../worker/media/output-plan.ts';
import type { FilterSupport } from '../../../worker/media/picture-filters.ts';
import { probeVideo } from '../../../worker/media/probe.ts';
import { planTimeline } from '../../../worker/media/timeline.ts';
import { H264, lavfi, MediaBench, meanOf } from './make-media.ts';

const signal = new AbortController().signal;
const SMALL: PictureRequest = { resolution: '480p', imageSize: { width: 160, height: 120 }, keepProportion: 'stretch' };
let bench: MediaBench;
let support: FilterSupport;
/** Two seconds of motion, 50 different frames: more chunks of the lossless copy than its cache holds. */
let plain: string;

beforeAll(async () => {
  bench = await MediaBench.open();
  support = await detectFilterSupport(signal);
  plain = await bench.make('plain.mp4', ...motion(2), ...H264);
});
afterAll(() => bench[Symbol.asyncDispose]());

async function open(
  path: string,
  request: PictureRequest = SMALL,
  rawCopyBytes?: number,
): Promise<{ source: SourceVideo; picture: OutputPicture }> {
  const facts = await probeVideo(path, signal);
  const picture = planPicture(request, facts);
  const scratchDir = bench.directory;
  return { source: new SourceVideo({ path, facts, picture, support, scratchDir, rawCopyBytes }), picture };
}

/** What `look` sees of every frame, before the frame is gone. */
async function each<T>(frames: AsyncIterable<YuvFrame>, look: (frame: YuvFrame) => T): Promise<T[]> {
  const seen: T[] = [];
  for await (const frame of frames) seen.push(look(frame));
  return seen;
}

const hash = (frame: YuvFrame) => createHash('sha1').update(frame.data).digest('hex');
const copies = async () => (await readdir(bench.directory)).filter((name) => name.startsWith('source-'));
const motion = (seconds: number, rate = '25', size = '320x240') =>
  lavfi(`testsrc2=size=${size}:rate=${rate}:duration=${seconds}`);

async function decodeAll(
  path: string,
  request: PictureRequest = SMALL,
): Promise<{ frames: string[]; picture: OutputPicture }> {
  const { source, picture } = await open(path, request);
  await using opened = source;
  return { frames: await each(opened.decode({ maxFrames: 1000, signal }), hash), picture };
}

describe('decode', () => {
  it('gives every frame once, in order, at the stated size', async () => {
    const { source } = await open(plain);
    await using opened = source;
    const frames = await each(opened.decode({ maxFrames: 1000, signal }), (frame) => ({ ...frame, data: hash(frame) }));
    expect(frames).toHaveLength(50);
    expect(new Set(frames.map((frame) => frame.data)).size).toBe(50);
    expect(frames.every((frame) => frame.width === 160 && frame.height === 120)).toBe(true);
  });

  it('stops at maxFrames', async () => {
    const { source } = await open(plain);
    await using opened = source;
    expect(await each(opened.decode({ maxFrames: 7, signal }), hash)).toHaveLength(7);
  });

  it('uses a few buffers again and again', async () => {
    const { source } = await open(plain);
    await using opened = source;
    const buffers = await each(opened.decode({ maxFrames: 1000, signal }), (frame) => frame.data.buffer);
    expect(new Set(buffers).size).toBeLessThanOrEqual(3);
  });

  it.each([
    ['the requested rate', '25', 12, 24],
    ['the source’s own rate', '12', undefined, 24],
    ['at most 60 fps', '120', undefined, 120],
  ])('keeps time at %s', async (name, rate, frameRate, expected) => {
    const path = await bench.make(`rate ${name}.mp4`, ...motion(2, rate), ...H264);
    expect((await decodeAll(path, { ...SMALL, frameRate })).frames).toHaveLength(expected);
  });

  it('fills the gaps of a variable rate by timestamps, so that nothing happens early', async () => {
    // White from 1 s on; only 4 of 25 frames exist in the first second, all in the second.
    const change = "drawbox=t=fill:c=black,drawbox=t=fill:c=white:enable='gte(t,1)',select='gte(t,1)+not(mod(n,6))'";
    const path = await bench.make('vfr.mp4', ...motion(2), '-vf', change, '-fps_mode', 'vfr', ...H264);
    const { source } = await open(path, { ...SMALL, frameRate: 25 });
    await using opened = source;
    const bright = await each(
      opened.decode({ maxFrames: 1000, signal }),
      (frame) => meanOf(frame, 0, [0, 0, 1, 1]) > 128,
    );
    expect(bright.indexOf(true)).toBe(25);
    expect(bright).toHaveLength(50);
  });

  it('begins with the first picture of a track that starts late', async () => {
    const onTime = await bench.make('on-time.mp4', ...motion(1), ...H264);
    const late = ['-itsoffset', '0.5', '-i', onTime, ...lavfi('sine=duration=2'), '-c:v', 'copy', '-c:a', 'aac'];
    const path = await bench.make('late.mp4', ...late);
    expect((await probeVideo(path, signal)).startSeconds).toBeCloseTo(0.5, 1);
    expect((await decodeAll(path)).frames).toEqual((await decodeAll(onTime)).frames);
  });

  it('turns a rotated picture upright', async () => {
    // Red above, blue below, stored lying on its side.
    const flag = ['-vf', 'drawbox=c=red:t=fill:h=ih/2,drawbox=c=blue:t=fill:y=ih/2:h=ih/2,transpose=2', ...H264];
    const lying = await bench.make('lying.mp4', ...motion(0.2), ...flag);
    const path = await bench.make('upright.mp4', '-i', lying, '-c', 'copy', '-metadata:s:v:0', 'rotate=270');
    const { source, picture } = await open(path, { resolution: '480p', keepProportion: 'crop' });
    await using opened = source;
    expect([picture.width, picture.height]).toEqual([640, 480]);
    const [top, bottom] = (
      await each(opened.decode({ maxFrames: 1, signal }), (frame) => [
        meanOf(frame, 2, [0.1, 0.1, 0.9, 0.4]),
        meanOf(frame, 2, [0.1, 0.6, 0.9, 0.9]),
      ])
    )[0];
    expect(top).toBeGreaterThan(200);
    expect(bottom).toBeLessThan(130);
  });

  it('squares the pixels of anamorphic video', async () => {
    const path = await bench.make('sar.mp4', ...motion(0.2, '25', '180x144'), '-vf', 'setsar=64/45', ...H264);
    const { picture } = await decodeAll(path, { resolution: '480p', keepProportion: 'crop' });
    expect([picture.width, picture.height]).toEqual([854, 480]);
  });

  it.each([
    ['BT.601', ['-vf', 'scale=out_color_matrix=bt601:out_range=tv', '-colorspace', 'smpte170m', ...H264]],
    ['BT.709', ['-vf', 'scale=out_color_matrix=bt709:out_range=tv', '-colorspace', 'bt709', ...H264]],
    ['full range', ['-vf', 'scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p', '-c:v', 'mjpeg', '-q:v', '1']],
    ['untagged SD', ['-vf', 'scale=out_color_matrix=bt601:out_range=tv', ...H264]],
    ['RGB', ['-vf', 'format=rgb24', '-c:v', 'qtrle']],
    [
      '10 bit',
      ['-vf', 'scale=out_color_matrix=bt709', '-colorspace', 'bt709', '-c:v', 'libx264', '-pix_fmt', 'yuv420p10le'],
    ],
  ])('brings %s to BT.709 limited range', async (name, args) => {
    const path = await bench.make(`colour ${name}.mov`, ...lavfi('color=red:size=64x64:rate=25:duration=0.2'), ...args);
    const { source } = await open(path);
    await using opened = source;
    const [[y, u, v]] = await each(opened.decode({ maxFrames: 1, signal }), (frame) =>
      ([0, 1, 2] as const).map((plane) => meanOf(frame, plane, [0, 0, 1, 1])),
    );
    // Pure red in BT.709: Y 63, U 102, V 240.
    expect(Math.abs(y - 63)).toBeLessThanOrEqual(2);
    expect(Math.abs(u - 102)).toBeLessThanOrEqual(2);
    expect(Math.abs(v - 240)).toBeLessThanOrEqual(2);
  });

  it('maps high dynamic range to ordinary contrast instead of showing it grey', async () => {
    // Reference white of ITU-R BT.2408, 203 nits, is 58 % of PQ's signal range: 572 in 10 bit.
    const white = 'format=yuv420p10le,geq=lum=572:cb=512:cr=512';
    const tags = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
    const path = await bench.make('pq.mp4', ...motion(0.2), '-vf', white, '-c:v', 'libx264', ...tags);
    const brightness = async (toneMapping: boolean) => {
      const facts = await probeVideo(path, signal);
      const picture = planPicture(SMALL, facts);
      await using source = new SourceVideo({
        path,
        facts,
        picture,
        support: { toneMapping },
        scratchDir: bench.directory,
      });
      return (await each(source.decode({ maxFrames: 1, signal }), (frame) => meanOf(frame, 0, [0, 0, 1, 1])))[0];
    };
    expect(support.toneMapping).toBe(true);
    expect(await brightness(true)).toBeGreaterThan(190);
    expect(await brightness(false)).toBeLessThan(180);
  });

  it('lays transparency over black', async () => {
    const half = [
      '-vf',
      "format=rgba,geq=r=255:g=255:b=255:a='if(lt(X,W/2),0,255)'",
      '-c:v',
      'qtrle',
      '-pix_fmt',
      'argb',
    ];
    const path = await bench.make('alpha.mov', ...motion(0.1, '25', '64x64'), ...half);
    const { source } = await open(path);
    await using opened = source;
    const [[left, right]] = await each(opened.decode({ maxFrames: 1, signal }), (frame) => [
      meanOf(frame, 0, [0, 0, 0.4, 1]),
      meanOf(frame, 0, [0.6, 0, 1, 1]),
    ]);
    expect(left).toBeLessThan(20);
    expect(right).toBeGreaterThan(230);
  });

  it('weaves no combs out of interlaced fields', async () => {
    const moving = lavfi(
      "color=black:size=128x96:rate=50:duration=0.6,geq=lum='if(lt(mod(X-8*N,64),32),235,16)':cb=128:cr=128",
    );
    const fields = ['-vf', 'tinterlace=interleave_top', '-c:v', 'mpeg2video', '-b:v', '8M', '-flags', '+ildct+ilme'];
    const path = await bench.make('fields.ts', ...moving, ...fields);
    const { source } = await open(path, { ...SMALL, imageSize: { width: 128, height: 96 } });
    await using opened = source;
    const combs = await each(opened.decode({ maxFrames: 20, signal }), (frame) => {
      let difference = 0;
      for (let i = 128; i < 128 * 95; i++) {
        difference += Math.abs(2 * frame.data[i] - frame.data[i - 128] - frame.data[i + 128]);
      }
      return difference / (128 * 94);
    });
    // Woven fields that are 8 pixels apart give 100 and more here.
    expect(Math.max(...combs.slice(2))).toBeLessThan(40);
  });

  it('takes odd sizes and 4:4:4', async () => {
    const path = await bench.make('odd.mp4', ...motion(0.4, '25', '161x91'), '-c:v', 'libx264', '-pix_fmt', 'yuv444p');
    const { frames, picture } = await decodeAll(path, { resolution: '480p', keepProportion: 'crop' });
    expect(frames).toHaveLength(10);
    expect((picture.width % 2) + (picture.height % 2)).toBe(0);
  });

  it('distinguishes stretch, crop and pad in the pixels', async () => {
    // Three vertical stripes: red, green, blue.
    const stripes = 'drawbox=c=red:t=fill:w=80,drawbox=c=lime:t=fill:x=80:w=160,drawbox=c=blue:t=fill:x=240:w=80';
    const path = await bench.make('stripes.mp4', ...motion(0.1, '25', '320x160'), '-vf', stripes, ...H264);
    const edges = async (keepProportion: 'stretch' | 'crop' | 'pad') => {
      const { source } = await open(path, {
        resolution: '480p',
        imageSize: { width: 160, height: 160 },
        keepProportion,
      });
      await using opened = source;
      return (
        await each(opened.decode({ maxFrames: 1, signal }), (frame) => ({
          leftRedness: meanOf(frame, 2, [0.02, 0.4, 0.1, 0.6]),
          topLuma: meanOf(frame, 0, [0.4, 0, 0.6, 0.1]),
        }))
      )[0];
    };
    const [stretch, crop, pad] = [await edges('stretch'), await edges('crop'), await edges('pad')];
    expect(stretch.leftRedness).toBeGreaterThan(200);
    expect(stretch.topLuma).toBeGreaterThan(150);
    expect(crop.leftRedness).toBeLessThan(60);
    expect(pad.leftRedness).toBeGreaterThan(200);
    expect(pad.topLuma).toBeLessThan(20);
  });

  it('plays a truncated file as far as it goes', async () => {
    const whole = await bench.make('whole.mp4', ...motion(2), ...H264, '-movflags', '+faststart');
    const bytes = await readFile(whole);
    await writeFile(bench.path('half.mp4'), bytes.subarray(0, bytes.length / 2));
    const { frames } = await decodeAll(bench.path('half.mp4'));
    expect(frames.length).toBeGreaterThan(10);
    expect(frames.length).toBeLessThan(50);
  });

  it('fails with VIDEO_UNREADABLE when no frame can be decoded', async () => {
    const bytes = await readFile(await bench.make('intact.mp4', ...motion(0.4), ...H264, '-movflags', '+faststart'));
    bytes.fill(0, bytes.indexOf('mdat') + 4);
    await writeFile(bench.path('hollow.mp4'), bytes);
    const { source } = await open(bench.path('hollow.mp4'));
    await using opened = source;
    await expect(each(opened.decode({ maxFrames: 10, signal }), hash)).rejects.toMatchObject({
      code: 'VIDEO_UNREADABLE',
    });
  });

  it('stops at once with the abort reason and leaves no copy behind', async () => {
    const { source } = await open(plain);
    await using opened = source;
    const canceled = new AbortController();
    const reason = new Error('canceled');
    const frames = opened.decode({ maxFrames: 1000, replay: 'any', signal: canceled.signal });
    await frames.next();
    canceled.abort(reason);
    await expect(each(frames, hash)).rejects.toBe(reason);
    expect(await copies()).toEqual([]);
  });
});

describe('replay', () => {
  const modes: SyncMode[] = ['bounce', 'loop', 'cut_off', 'remap', 'silence'];
  const stores: [store: string, rawCopyBytes: number | undefined][] = [
    ['raw', undefined],
    ['lossless', 0],
  ];
  const everyWay = stores.flatMap(([store, bytes]) => modes.map((mode) => [mode, store, bytes] as const));
  it.each(everyWay)('shows the very same pictures for %s from a %s copy, painted on or not', async (mode, _, bytes) => {
    const { source } = await open(plain, SMALL, bytes);
    await using opened = source;
    const replay = mode === 'bounce' || mode === 'loop' ? 'any' : 'forward';
    const originals = await each(opened.decode({ maxFrames: 1000, replay, signal }), hash);
    const timeline = planTimeline(mode, originals.length, mode === 'cut_off' ? 30 : 170);
    const shown = await each(opened.replay(timeline, signal), (frame) => {
      const seen = hash(frame);
      frame.data.fill(0);
      return seen;
    });
    expect(shown).toEqual([...timeline].map((index) => originals[index]));
  });

  it('keeps a raw copy of a short source, and decodes a long one again that only moves forward', async () => {
    const frame = (160 * 120 * 3) / 2;
    for (const [limit, sizes] of [
      [50 * frame, [50 * frame]],
      [49 * frame, []],
    ] as const) {
      const { source } = await open(plain, SMALL, limit);
      await using opened = source;
      await each(opened.decode({ maxFrames: 1000, replay: 'forward', signal }), hash);
      const kept = (await copies()).map(async (name) => (await stat(bench.path(name))).size);
      expect(await Promise.all(kept)).toEqual(sizes);
    }
  });

  it.each(['forward', 'any'] as const)(
    'bounds the raw copy of a file that is longer than it says, and replays it all the same (%s)',
    async (replay) => {
      const facts = { ...(await probeVideo(plain, signal)), durationSeconds: 0.4 };
      const picture = planPicture(SMALL, facts);
      const rawCopyBytes = 20 * ((160 * 120 * 3) / 2);
      const scratchDir = bench.directory;
      await using source = new SourceVideo({ path: plain, facts, picture, support, scratchDir, rawCopyBytes });
      const originals = await each(source.decode({ maxFrames: 1000, replay, signal }), hash);
      expect(originals).toHaveLength(50);
      expect(await copies()).toEqual([]);
      const timeline = planTimeline(replay === 'any' ? 'bounce' : 'cut_off', 50, replay === 'any' ? 90 : 50);
      expect(await each(source.replay(timeline, signal), hash)).toEqual([...timeline].map((index) => originals[index]));
    },
  );

  it.each(stores)('makes the %s copy when decode was not told to keep one', async (_, bytes) => {
    const { source } = await open(plain, SMALL, bytes);
    await using opened = source;
    const originals = await each(opened.decode({ maxFrames: 40, signal }), hash);
    const backwards = Int32Array.from({ length: 40 }, (_, k) => 39 - k);
    expect(await each(opened.replay(backwards, signal), hash)).toEqual(originals.toReversed());
    expect(await copies()).toHaveLength(1);
  });

  it('holds a single frame for as long as asked', async () => {
    const path = await bench.make('still.mp4', ...motion(1), '-frames:v', '1', ...H264);
    const { source, picture } = await open(path);
    await using opened = source;
    expect(picture.frameRate).toEqual({ num: 25, den: 1 });
    const [original] = await each(opened.decode({ maxFrames: 1000, signal }), hash);
    const shown = await each(opened.replay(planTimeline('bounce', 1, 60), signal), hash);
    expect(shown).toEqual(Array.from({ length: 60 }, () => original));
  });

  it('keeps the exact pictures of 29.97 fps when read in chunks', async () => {
    const path = await bench.make('ntsc.mp4', ...motion(3, '30000/1001'), ...H264);
    const { source } = await open(path, SMALL, 0);
    await using opened = source;
    const originals = await each(opened.decode({ maxFrames: 1000, replay: 'any', signal }), hash);
    const timeline = planTimeline('bounce', originals.length, originals.length * 2 - 1);
    expect(await each(opened.replay(timeline, signal), hash)).toEqual([...timeline].map((index) => originals[index]));
  });

  it('refuses a timeline that shows more than the source has', async () => {
    const { source } = await open(plain);
    await using opened = source;
    await expect(each(opened.replay(Int32Array.of(0, 80), signal), hash)).rejects.toThrow('50 frames');
    await expect(each(opened.replay(Int32Array.of(80, 0), signal), hash)).rejects.toThrow('50 frames');
  });

  it.each(stores)('can be left early, and aborted while it reads ahead, from a %s copy', async (_, bytes) => {
    const { source } = await open(plain, SMALL, bytes);
    await using opened = source;
    const backwards = Int32Array.from({ length: 50 }, (_, k) => 49 - k);
    for await (const frame of opened.replay(backwards, signal)) {
      expect(frame.width).toBe(160);
      break;
    }
    const canceled = new AbortController();
    const frames = opened.replay(backwards, canceled.signal);
    await frames.next();
    canceled.abort(new Error('canceled'));
    await expect(each(frames, hash)).rejects.toThrow('canceled');
  });

  it('removes the copy when the source is closed', async () => {
    const { source } = await open(plain);
    {
      await using opened = source;
      await each(opened.decode({ maxFrames: 20, replay: 'any', signal }), hash);
      expect(await copies()).toHaveLength(1);
    }
    expect(await copies()).toEqual([]);
  });
});
