import { z } from 'zod';

const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
const lenient = number.optional().catch(undefined);
const text = z.string().optional();

/** One stream as ffprobe describes it; fields that the file doesn't tell are undefined. */
const stream = z.object({
  index: z.int(),
  codec_type: text,
  codec_name: text,
  profile: z.union([z.string(), z.number().transform(String)]).optional(),
  width: z.int().default(0),
  height: z.int().default(0),
  sample_aspect_ratio: text,
  pix_fmt: text,
  field_order: text,
  color_range: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  r_frame_rate: text,
  avg_frame_rate: text,
  start_time: lenient,
  duration: lenient,
  nb_frames: lenient,
  nb_read_packets: lenient,
  sample_rate: lenient,
  channels: z.int().default(0),
  disposition: z.object({ default: z.int().default(0), attached_pic: z.int().default(0) }).prefault({}),
  side_data_list: z.array(z.object({ rotation: lenient })).default([]),
});

/** What `ffprobe -show_streams -show_format -of json` prints. */
export const probeReport = z.object({
  streams: z.array(stream).default([]),
  format: z.object({ format_name: z.string().default(''), start_time: lenient, duration: lenient }).prefault({}),
});

export type ProbeReport = z.output<typeof probeReport>;
export type ProbeStream = z.output<typeof stream>;

/** What `ffprobe -show_entries packet=pts_time -of json` prints. */
export const packetReport = z.object({ packets: z.array(z.object({ pts_time: lenient })).default([]) });
