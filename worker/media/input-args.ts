/**
 * What ffmpeg may open. Everything here guards against hostile files: no playlist (hls, dash, concat), no device, no
 * script (lavfi), no drawing language (svg), no subtitle renderer, no other protocol than the local file itself.
 */
const VIDEO_DEMUXERS = [
  'mov',
  'matroska',
  'avi',
  'mpegts',
  'mpeg',
  'mpegvideo',
  'm4v',
  'h264',
  'hevc',
  'ivf',
  'flv',
  'asf',
  'ogg',
  'gif',
];
const AUDIO_DEMUXERS = [
  ...['wav', 'w64', 'aiff', 'au', 'caf', 'mp3', 'aac', 'flac', 'ogg', 'amr', 'ac3', 'eac3', 'wv'],
  ...['mov', 'matroska', 'asf', 'avi', 'mpegts', 'flv'],
];

/** 8K UHD in either orientation: one decoded picture of 50 MB at 8 bit. */
export const MAX_SOURCE_PIXELS = 7680 * 4320;

export type MediaKind = 'video' | 'audio';

/** Arguments shared by every ffmpeg run. Only errors are printed, because they end up in the log. */
export const GLOBAL_ARGS: readonly string[] = ['-hide_banner', '-nostdin', '-v', 'error', '-y'];

/** The guards and `-i` for one file of ours or of a caller. The `file:` prefix keeps its name from being read as a protocol. */
export function guardedInput(path: string, kind: MediaKind, maxPixels = MAX_SOURCE_PIXELS): string[] {
  return [
    ...['-protocol_whitelist', 'file,pipe'],
    ...['-format_whitelist', (kind === 'video' ? VIDEO_DEMUXERS : AUDIO_DEMUXERS).join(',')],
    ...['-max_pixels', String(maxPixels)],
    ...['-i', `file:${path}`],
  ];
}
