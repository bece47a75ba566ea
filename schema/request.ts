import { z } from 'zod';
import { speakerChoice } from './speaker.ts';

/**
 * The request of a Talk-V2V job: every field, its unit and its range, stated once.
 * GraphQL speaks it in camelCase as it stands here; REST translates snake_case names to it (`schema/rest.ts`).
 */

/** Longest result that the service renders, in seconds. Bounds the analysis kept per frame and the credits held. */
export const MAX_OUTPUT_SECONDS = 1800;
/** Fastest output; also the cap for sources that run faster (a 120 fps clip becomes 60 fps). */
export const MAX_FRAME_RATE = 60;
export const MIN_IMAGE_SIDE = 64;
export const MAX_IMAGE_SIDE = 1280;

export const RESOLUTIONS = ['480p', '720p'] as const;
export const KEEP_PROPORTIONS = ['stretch', 'crop', 'pad'] as const;
export const SYNC_MODES = ['bounce', 'loop', 'cut_off', 'silence', 'remap'] as const;

const UPLOAD_REFERENCE = /^upload:\/\/[A-Za-z0-9_-]{8,64}$/;

function isMediaReference(value: string): boolean {
  if (UPLOAD_REFERENCE.test(value)) return true;
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' && url.username === '' && url.password === '';
}

/** What Postgres can keep: no NUL, no half of a surrogate pair. */
const storableText = z
  .string()
  .refine((text) => /^[^\0\p{Cs}]*$/u.test(text), 'must be well-formed Unicode without NUL');

const mediaReference = storableText
  .max(4096, 'must be at most 4096 characters')
  .refine(isMediaReference, 'must be an https:// URL without a user name or password, or an upload://<id> reference');

const identifier = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

const evenSide = z
  .int()
  .min(MIN_IMAGE_SIDE)
  .max(MAX_IMAGE_SIDE)
  .refine((side) => side % 2 === 0, 'must be even: H.264 stores colour for pairs of pixels');

export const imageSize = z.strictObject({
  width: evenSide.describe('pixels, even'),
  height: evenSide.describe('pixels, even'),
});

export const talkV2VRequest = z.strictObject({
  inputVideo: mediaReference.describe('The source video: an HTTPS URL, or upload://<id>.'),
  audioFile: mediaReference.describe('The voice that drives the lips: an HTTPS URL, or upload://<id>.'),
  prompt: storableText.max(2000).optional().describe('Text to guide the style, for models that read one.'),
  negativePrompt: storableText.max(2000).optional().describe('Things to avoid, for models that read them.'),
  model: identifier.default('retalk').describe('Which lip-sync model renders the job.'),
  function: identifier.optional().describe('A variant of the model, for models that have variants.'),
  resolution: z
    .enum(RESOLUTIONS)
    .default('720p')
    .describe('Size and price tier: the picture fits into 1280x720 or 720x1280 (720p), 854x480 or 480x854 (480p).'),
  imageSize: imageSize
    .optional()
    .describe(
      'Exact output size in pixels; must fit the pixel count of the resolution. Default: the shape of the source.',
    ),
  keepProportion: z
    .enum(KEEP_PROPORTIONS)
    .default('crop')
    .describe('What happens when imageSize has another shape than the source.'),
  audioDuration: z
    .number()
    .positive()
    .max(MAX_OUTPUT_SECONDS)
    .optional()
    .describe('Seconds of the voice to use; bounds the output and the credits held.'),
  frameRate: z
    .int()
    .min(1)
    .max(MAX_FRAME_RATE)
    .optional()
    .describe('Output frames per second. Default: the rate of the source, at most 60.'),
  maxFrames: z
    .int()
    .min(1)
    .max(MAX_OUTPUT_SECONDS * MAX_FRAME_RATE)
    .optional()
    .describe('Hard cap on the number of output frames.'),
  steps: z.int().min(1).max(100).optional().describe('Sampling steps, for diffusion models.'),
  cfgScale: z.number().min(0).max(30).optional().describe('Classifier-free guidance strength, for diffusion models.'),
  crf: z
    .int()
    .min(0)
    .max(51)
    .default(18)
    .describe(
      'Constant rate factor of the encode: lower is better and larger. 0 is raised to 1: lossless H.264 needs a profile that browsers refuse.',
    ),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0)
    .describe('The same seed and inputs give the same file; another seed gives other film grain.'),
  syncMode: z
    .enum(SYNC_MODES)
    .default('bounce')
    .describe(
      'When voice and video differ in length. bounce: the video plays forth and back under a longer voice; loop: it starts over; ' +
        'cut_off: the result ends with the shorter of the two; silence: a shorter voice is followed by silence to the end of the video; ' +
        'remap: the video is slowed down or sped up to the length of the voice.',
    ),
  articulation: z
    .number()
    .min(0.5)
    .max(1.5)
    .default(1)
    .describe(
      'How much the lips do for each sound: below 1 less, above 1 more. p, b and m close the lips at any value.',
    ),
  speaker: speakerChoice
    .optional()
    .describe(
      'Which face talks where the video shows several: a point on it or a box around it, as fractions of the picture as a player shows it, ' +
        'at a frame or a time, else where a face first lies there. Default: the largest and most central face.',
    ),
});

export type TalkV2VInput = z.input<typeof talkV2VRequest>;
export type TalkV2VRequest = z.output<typeof talkV2VRequest>;
export type Resolution = (typeof RESOLUTIONS)[number];
export type KeepProportion = (typeof KEEP_PROPORTIONS)[number];
export type SyncMode = (typeof SYNC_MODES)[number];
