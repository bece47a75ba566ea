import { GLOBAL_ARGS, guardedInput } from './input-args.ts';
import type { AudioFacts } from './probe.ts';
import { type Rational, toArgument, toNumber } from './rational.ts';
import { CONTINUOUS_SOUND } from './voice.ts';

/**
 * Measured at 720p, CRF 18, on two cores, in CPU time a frame: veryfast 9 ms, faster 14 ms, fast 17 ms, medium 22 ms, for SSIM 0.9957,
 * 0.9964, 0.9967 and 0.9967. The renderer needs the cores more than the last thousandth.
 */
const PRESET = 'veryfast';
/** x264's output depends on the number of its threads, so it is the same on every machine. */
const ENCODER_THREADS = 4;
/** A player seeks to key frames only. */
const KEY_FRAME_SECONDS = 2;
/** CRF 0 is lossless, which H.264 has only in a profile that browsers refuse. */
const MIN_CRF = 1;

const COLOUR = ['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];

/** Sampling rates of AAC up to 48 kHz, the highest that every browser plays. */
const AAC_SAMPLE_RATES = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
const MAX_AAC_SAMPLE_RATE = 48_000;
const AAC_BITRATE = 192_000;
/** AAC-LC holds at most 6144 bits a channel in a packet of 1024 samples. */
const AAC_MAX_BITS_PER_SAMPLE = 6;
export const AAC_PACKET_SAMPLES = 1024;
/** AAC profiles that every browser plays, as ffprobe names them. */
const COPIED_PROFILES = new Set(['LC', 'HE-AAC', 'HE-AACv2']);
/** Share of a frame by which copied sound may end beside the picture; a whole one is what a result may never exceed. */
const MAX_COPY_DIFFERENCE = 0.8;
const COPIED_CONTAINERS = new Set(['mov,mp4,m4a,3gp,3g2,mj2', 'aac']);

export interface ResultSound {
  readonly path: string;
  readonly facts: AudioFacts;
  /** What decoding the file really gave. */
  readonly decodedSeconds: number;
  /** How much of it is heard; silence follows until the picture ends. */
  readonly heardSeconds: number;
}

export interface EncodeRequest {
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  /** Number of pictures that will be sent. */
  readonly frameCount: number;
  readonly crf: number;
  readonly sound: ResultSound;
  readonly out: string;
}

/** Raw I420 on stdin and the caller's audio file → MP4 (H.264 High, AAC), the same bytes for the same pictures. */
export function encodeArgs({ width, height, frameRate, frameCount, crf, sound, out }: EncodeRequest): string[] {
  const rate = toArgument(frameRate);
  return [
    ...GLOBAL_ARGS,
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-video_size', `${width}x${height}`, '-framerate', rate, ...COLOUR],
    ...['-i', 'pipe:0'],
    ...guardedInput(sound.path, 'audio'),
    ...['-map', '0:v:0', '-map', `1:${sound.facts.streamIndex}`, '-map_metadata', '-1', '-map_chapters', '-1'],
    ...encoderArgs(crf, frameRate),
    // x264 writes its whole command line into the stream as an SEI message.
    ...['-fps_mode', 'passthrough', '-bsf:v', 'filter_units=remove_types=6'],
    ...soundArgs(sound, frameCount, frameRate),
    ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact'],
    ...['-movflags', '+faststart', '-f', 'mp4', `file:${out}`],
  ];
}

/** How every result's picture is compressed. */
export function encoderArgs(crf: number, frameRate: Rational): string[] {
  const keyFrames = String(Math.ceil(toNumber(frameRate) * KEY_FRAME_SECONDS));
  return [
    ...['-c:v', 'libx264', '-profile:v', 'high', '-preset', PRESET, '-crf', String(Math.max(MIN_CRF, crf))],
    ...['-threads:v', String(ENCODER_THREADS), '-g', keyFrames, '-pix_fmt', 'yuv420p', ...COLOUR],
  ];
}

function soundArgs(sound: ResultSound, frameCount: number, frameRate: Rational): string[] {
  const seconds = ((frameCount * frameRate.den) / frameRate.num).toFixed(6);
  if (mayCopy(sound, frameCount, frameRate)) return ['-c:a', 'copy', '-t', seconds];
  const { sampleRate, channels } = aacFormat(sound.facts);
  const bitrate = Math.min(AAC_BITRATE, AAC_MAX_BITS_PER_SAMPLE * sampleRate * channels);
  const heard = sound.heardSeconds.toFixed(6);
  const filters = `${CONTINUOUS_SOUND},atrim=end=${heard},apad,atrim=end=${seconds}`;
  return ['-af', filters, '-c:a', 'aac', '-b:a', String(bitrate), '-ar', String(sampleRate), '-ac', String(channels)];
}

/**
 * AAC goes into the result untouched where a player then hears exactly what the analysis heard: a plain profile, a
 * start at zero, no silence to add, and an end that lies within a frame of the picture's although packets can't be cut.
 */
export function mayCopy(sound: ResultSound, frameCount: number, frameRate: Rational): boolean {
  const { facts, decodedSeconds, heardSeconds } = sound;
  const packetSeconds = AAC_PACKET_SAMPLES / facts.sampleRate;
  const frameSeconds = 1 / toNumber(frameRate);
  const pictureSeconds = frameCount * frameSeconds;
  // A decoder gives the last packet whole; the file's own length, which the copy keeps, may end within it.
  const trackSeconds = Math.min(heardSeconds, facts.durationSeconds ?? heardSeconds);
  const difference = decodedSeconds > pictureSeconds ? packetSeconds : pictureSeconds - trackSeconds;
  return (
    facts.codec === 'aac' &&
    COPIED_PROFILES.has(facts.profile ?? '') &&
    COPIED_CONTAINERS.has(facts.container) &&
    facts.channels <= 2 &&
    AAC_SAMPLE_RATES.includes(facts.sampleRate) &&
    facts.startSeconds < packetSeconds &&
    difference <= MAX_COPY_DIFFERENCE * frameSeconds
  );
}

function aacFormat({ sampleRate, channels }: AudioFacts): { sampleRate: number; channels: number } {
  return {
    sampleRate: AAC_SAMPLE_RATES.find((rate) => rate >= sampleRate) ?? MAX_AAC_SAMPLE_RATE,
    channels: Math.min(channels, 2),
  };
}
