import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeArgs, probeAudio, probeVideo } from '../../../worker/media/probe.ts';
import { H264, lavfi, MediaBench } from './make-media.ts';

const signal = new AbortController().signal;
let bench: MediaBench;

beforeAll(async () => {
  bench = await MediaBench.open();
});
afterAll(() => bench[Symbol.asyncDispose]());

const picture = (size: string, rate: string, seconds: number) =>
  lavfi(`testsrc2=size=${size}:rate=${rate}:duration=${seconds}`);
const failure = (code: string) => expect.objectContaining({ name: 'JobFailure', code });

describe('probeVideo', () => {
  it('tells size, rate, length and sound of a plain file', async () => {
    const path = await bench.make(
      'plain.mp4',
      ...picture('320x240', '30000/1001', 1),
      ...lavfi('sine=duration=1'),
      ...H264,
    );
    expect(await probeVideo(path, signal)).toMatchObject({
      codec: 'h264',
      width: 320,
      height: 240,
      averageFrameRate: { num: 30000, den: 1001 },
      nominalFrameRate: { num: 30000, den: 1001 },
      frameCount: 30,
      rotationDegrees: 0,
      interlaced: false,
      hasAudio: true,
    });
  });

  it('gives the upright size of a rotated picture with square pixels', async () => {
    const anamorphic = await bench.make('sar.mp4', ...picture('180x144', '25', 0.2), '-vf', 'setsar=64/45', ...H264);
    expect(await probeVideo(anamorphic, signal)).toMatchObject({
      codedWidth: 180,
      width: 256,
      height: 144,
      hasAudio: false,
    });
    const turned = await bench.make('turned.mp4', '-i', anamorphic, '-c', 'copy', '-metadata:s:v:0', 'rotate=90');
    expect(await probeVideo(turned, signal)).toMatchObject({
      codedWidth: 180,
      codedHeight: 144,
      width: 144,
      height: 256,
    });
  });

  it('tells colour, depth and interlacing', async () => {
    const hdr = [
      '-color_primaries',
      'bt2020',
      '-color_trc',
      'arib-std-b67',
      '-colorspace',
      'bt2020nc',
      '-color_range',
      'tv',
    ];
    const ten = await bench.make(
      'ten.mp4',
      ...picture('128x96', '25', 0.2),
      '-c:v',
      'libx264',
      '-pix_fmt',
      'yuv420p10le',
      ...hdr,
    );
    expect(await probeVideo(ten, signal)).toMatchObject({
      pixelFormat: 'yuv420p10le',
      colour: { primaries: 'bt2020', transfer: 'arib-std-b67', matrix: 'bt2020nc', range: 'tv' },
    });
    const fields = ['-vf', 'tinterlace=interleave_top', '-c:v', 'mpeg2video', '-flags', '+ildct+ilme'];
    const interlaced = await bench.make('fields.ts', ...picture('128x96', '50', 0.5), ...fields);
    expect(await probeVideo(interlaced, signal)).toMatchObject({ interlaced: true });
  });

  it('measures the rate of a recording that has no index', async () => {
    const live = [
      '-vf',
      'setpts=N/(20*TB)+0.003*mod(N\\,3)/TB',
      '-fps_mode',
      'passthrough',
      '-c:v',
      'libvpx',
      '-live',
      '1',
    ];
    const path = await bench.make('live.webm', ...picture('128x96', '20', 3), ...live);
    const rate = (await probeVideo(path, signal)).averageFrameRate;
    expect((rate?.num ?? 0) / (rate?.den ?? 1)).toBeCloseTo(20, 0);
  });

  it.each<[string, string, () => Promise<string>]>([
    ['an empty file', 'INPUT_EMPTY', () => written('empty.mp4', '')],
    ['a web page', 'VIDEO_UNREADABLE', () => written('page.mp4', '<!doctype html><html><body>Not found</body></html>')],
    [
      'a playlist',
      'VIDEO_UNREADABLE',
      () => written('list.mp4', '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nplain.mp4\n'),
    ],
    ['a concat script', 'VIDEO_UNREADABLE', () => written('script.mp4', 'ffconcat version 1.0\nfile plain.mp4\n')],
    [
      'a drawing',
      'VIDEO_UNREADABLE',
      () => written('d.mp4', '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'),
    ],
    ['a photo', 'VIDEO_UNREADABLE', () => bench.make('photo.png', ...picture('64x64', '25', 1), '-frames:v', '1')],
    ['sound only', 'VIDEO_UNREADABLE', () => bench.make('sound.m4a', ...lavfi('sine=duration=1'))],
    ['a song with a cover', 'VIDEO_UNREADABLE', coverArt],
    [
      'a picture of 16 pixels',
      'VIDEO_TOO_SMALL',
      () => bench.make('tiny.mp4', ...picture('64x16', '25', 0.2), ...H264),
    ],
    [
      'a picture above 8K',
      'VIDEO_TOO_LARGE',
      () => bench.make('huge.avi', ...lavfi('color=size=8192x4352:rate=1:duration=1'), '-c:v', 'mjpeg'),
    ],
    ['more than an hour', 'VIDEO_TOO_LONG', () => bench.make('long.mp4', ...picture('32x32', '1/100', 4000), ...H264)],
    ['a file that lost its end and its index', 'VIDEO_UNREADABLE', withoutIndex],
  ])('names what is wrong with %s: %s', async (_, code, make) => {
    await expect(probeVideo(await make(), signal)).rejects.toEqual(failure(code));
  });

  it('says for sound only that a video is wanted', async () => {
    const path = await bench.make('only.mp3', ...lavfi('sine=duration=0.5'));
    await expect(probeVideo(path, signal)).rejects.toThrow('cannot be read');
    const inMp4 = await bench.make('only.mp4', ...lavfi('sine=duration=0.5'));
    await expect(probeVideo(inMp4, signal)).rejects.toThrow('Send a video that shows the speaker');
  });

  it('opens local files only, by an explicit list of formats', () => {
    const args = probeArgs('/in/put', 'video', ['-show_streams']);
    expect(args.slice(args.indexOf('-protocol_whitelist'), args.indexOf('-protocol_whitelist') + 2)).toEqual([
      '-protocol_whitelist',
      'file,pipe',
    ]);
    const formats = args[args.indexOf('-format_whitelist') + 1].split(',');
    expect(formats).toContain('mov');
    for (const hostile of ['hls', 'concat', 'dash', 'lavfi', 'svg_pipe', 'image2', 'sdp', 'rtsp']) {
      expect(formats).not.toContain(hostile);
    }
    expect(args.at(-1)).toBe('file:/in/put');
  });

  it('stops with the abort reason', async () => {
    const reason = new Error('canceled');
    await expect(probeVideo(await written('any.mp4', 'content'), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('probeAudio', () => {
  it('tells rate, channels and a late start', async () => {
    const sound = ['-itsoffset', '0.7', ...lavfi('sine=sample_rate=44100:duration=1')];
    const path = await bench.make(
      'late.mp4',
      ...picture('64x64', '25', 2),
      ...sound,
      '-ac',
      '2',
      ...H264,
      '-c:a',
      'aac',
    );
    const facts = await probeAudio(path, signal);
    expect(facts).toMatchObject({ codec: 'aac', profile: 'LC', sampleRate: 44_100, channels: 2 });
    expect(facts.startSeconds).toBeCloseTo(0.7, 1);
  });

  it.each<[string, string, () => Promise<string>]>([
    ['a silent video', 'AUDIO_UNREADABLE', () => bench.make('mute.mp4', ...picture('64x64', '25', 0.2), ...H264)],
    ['text', 'AUDIO_UNREADABLE', () => written('text.wav', 'hello there')],
    ['an empty file', 'INPUT_EMPTY', () => written('empty.wav', '')],
    ['a WAV header without data', 'AUDIO_UNREADABLE', headerOnly],
  ])('names what is wrong with %s: %s', async (_, code, make) => {
    await expect(probeAudio(await make(), signal)).rejects.toEqual(failure(code));
  });
});

async function written(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(bench.path(name), content);
  return bench.path(name);
}

async function coverArt(): Promise<string> {
  const cover = await bench.make('cover.jpg', ...picture('64x64', '25', 1), '-frames:v', '1');
  const song = [
    ...lavfi('sine=duration=1'),
    '-i',
    cover,
    '-map',
    '0',
    '-map',
    '1',
    '-c:v',
    'copy',
    '-disposition:v',
    'attached_pic',
  ];
  return bench.make('song.m4a', ...song);
}

async function withoutIndex(): Promise<string> {
  const whole = await readFile(await bench.make('whole.mp4', ...picture('320x240', '25', 1), ...H264));
  return written('cut.mp4', whole.subarray(0, whole.length * 0.6));
}

async function headerOnly(): Promise<string> {
  const whole = await readFile(await bench.make('whole.wav', ...lavfi('sine=duration=1')));
  return written('header.wav', whole.subarray(0, 36));
}
