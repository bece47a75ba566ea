import type { OutputPicture } from './output-plan.ts';
import type { VideoFacts } from './probe.ts';
import { toArgument } from './rational.ts';

/** Transfer functions of high dynamic range: PQ (HDR10, Dolby Vision) and HLG (broadcast, phones). */
const HDR_TRANSFERS = new Set(['smpte2084', 'arib-std-b67']);
/** Pixel formats with transparency, by the way ffmpeg names them. */
const ALPHA_FORMAT = /^(yuva|gbrap|rgba|bgra|argb|abgr|ya8|ya16|pal8)/;
/** Untagged pictures with fewer lines than HD follow the standard-definition matrix: what players assume as well. */
const HD_LINES = 720;
/** ffprobe's names of YUV matrices, in the words of ffmpeg's `scale`. */
const SCALE_MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  smpte170m: 'bt601',
  bt470bg: 'bt601',
  fcc: 'fcc',
  smpte240m: 'smpte240m',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};

/** What this machine's ffmpeg can do beyond every build's basics. */
export interface FilterSupport {
  /** Both `zscale` and `tonemap`: high dynamic range can be mapped, not just clipped. */
  readonly toneMapping: boolean;
}

/**
 * The filter chain that turns any source into the frames of a plan: constant rate by timestamps from the first frame
 * on, progressive, opaque, BT.709 limited range, yuv420p, square pixels, exact size. ffmpeg itself turns the picture
 * upright before the chain.
 */
export function pictureFilters(facts: VideoFacts, picture: OutputPicture, support: FilterSupport): string {
  const { width, height, fit } = picture;
  return [
    ...(facts.interlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    'setpts=PTS-STARTPTS',
    `fps=${toArgument(picture.frameRate)}`,
    // Premultiplying is the same as laying the picture over black.
    ...(ALPHA_FORMAT.test(facts.pixelFormat) ? ['format=gbrap', 'premultiply=inplace=1', 'format=gbrp'] : []),
    ...(isHdr(facts) && support.toneMapping
      ? toneMapped(facts, fit.scaledWidth, fit.scaledHeight)
      : scaled(facts, picture)),
    ...(fit.placement.kind === 'crop' ? [`crop=${width}:${height}:${fit.placement.x}:${fit.placement.y}`] : []),
    ...(fit.placement.kind === 'pad' ? [`pad=${width}:${height}:${fit.placement.x}:${fit.placement.y}:black`] : []),
    'setsar=1',
    'format=yuv420p',
  ].join(',');
}

export function isHdr(facts: VideoFacts): boolean {
  return HDR_TRANSFERS.has(facts.colour.transfer ?? '');
}

function scaled(facts: VideoFacts, { fit }: OutputPicture): string[] {
  const guess = Math.min(facts.width, facts.height) < HD_LINES ? 'bt601' : 'bt709';
  const matrix = SCALE_MATRICES[facts.colour.matrix ?? ''] ?? guess;
  const range = facts.colour.range === 'pc' ? ':in_range=full' : '';
  const colour = `in_color_matrix=${matrix}${range}:out_color_matrix=bt709:out_range=limited`;
  return [`scale=${fit.scaledWidth}:${fit.scaledHeight}:flags=lanczos+accurate_rnd:${colour}`, 'format=yuv420p'];
}

/** Scale first, because mapping in linear light costs by the pixel; 203 nits is reference white of ITU-R BT.2408. */
function toneMapped({ colour }: VideoFacts, width: number, height: number): string[] {
  const from = `tin=${colour.transfer}:min=${colour.matrix ?? 'bt2020nc'}:pin=${colour.primaries ?? 'bt2020'}`;
  return [
    `zscale=w=${width}:h=${height}:filter=lanczos:${from}:t=linear:npl=203`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    'tonemap=tonemap=mobius:desat=0',
    'zscale=t=bt709:m=bt709:r=limited',
    'format=yuv420p',
  ];
}
