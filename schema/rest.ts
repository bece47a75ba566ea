import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';
import { STAGES } from './job.ts';
import { type TalkV2VInput, talkV2VRequest } from './request.ts';
import { type CreateUploadInput, createUploadInput } from './upload.ts';

/** The REST names of the partners' contract. Ranges, defaults and meanings are those of `schema/request.ts`. */

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name;

/** `inputVideo` -> `input_video`; also inside of text, paths and sentences. */
export function snakeCase(text: string): string {
  return text.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `input_video` -> `inputVideo`. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The same field, described in REST's names. */
function told<Field extends z.ZodType>(field: Field): Field {
  return field.description === undefined ? field : field.describe(snakeCase(field.description));
}

const fields = talkV2VRequest.shape;

export const restRequest = z
  .strictObject({
    input_video: told(fields.inputVideo),
    audio_file: told(fields.audioFile),
    prompt: told(fields.prompt),
    negative_prompt: told(fields.negativePrompt),
    model: told(fields.model),
    function: told(fields.function),
    resolution: told(fields.resolution),
    image_size: told(fields.imageSize),
    keep_proportion: told(fields.keepProportion),
    audio_duration: told(fields.audioDuration),
    frame_rate: told(fields.frameRate),
    max_frames: told(fields.maxFrames),
    steps: told(fields.steps),
    cfg_scale: told(fields.cfgScale),
    crf: told(fields.crf),
    seed: told(fields.seed),
    sync_mode: told(fields.syncMode),
    articulation: told(fields.articulation),
    speaker: told(fields.speaker),
    // The compiler refuses a name that is missing here, and one that the request doesn't know.
  } satisfies Record<SnakeCase<keyof TalkV2VInput>, z.ZodType>)
  .meta({ id: 'TalkV2VRequest' });

const file = createUploadInput.shape;

export const restUploadRequest = z
  .strictObject({
    file_name: told(file.fileName),
    content_type: told(file.contentType),
    bytes: told(file.bytes),
  } satisfies Record<SnakeCase<keyof CreateUploadInput>, z.ZodType>)
  .meta({ id: 'CreateUploadRequest' });

/** The request in the names of `schema/request.ts`, for the use-cases, which parse it. */
export function requestInput(request: z.output<typeof restRequest>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).map(([name, value]) => [camelCase(name), value]));
}

/** Canceled jobs are `failed` here, with the error code CANCELED: the contract's clients know four states. */
export const REST_STATUSES = ['queued', 'processing', 'completed', 'failed'] as const;

const status = z.enum(REST_STATUSES);
const time = z.string().describe('UTC, to the second: 2026-04-21T10:00:00Z');
const errorBody = z.object({ code: z.enum(ERROR_CODES), message: z.string().describe('What to do about it.') });

/** The keys stand in the order in which they are sent. An `id` names the schema in the OpenAPI document. */
export const restSubmitted = z
  .object({
    success: z.literal(true),
    data: z.object({
      job_id: z.string(),
      request_id: z.string().describe('Names this request in the logs.'),
      status,
      message: z.literal('Job submitted'),
      estimated_time: z.string().describe('Until the result is there, in whole seconds: 60s'),
      credit_cost: z.int().describe('Credits held; corrected to the price of the true length before rendering.'),
    }),
  })
  .meta({ id: 'JobSubmitted' });

const jobStatus = z.object({
  job_id: z.string(),
  status,
  progress: z.int().min(0).max(100).describe('Percent of the work that is done.'),
  stage: z.enum(STAGES).nullable().describe('What is being done; null unless the job is processing.'),
  estimated_time: z.string().nullable().describe('Until the result is there, in whole seconds; null when unknown.'),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  error: errorBody.optional().describe('Only when the status is failed.'),
  created_at: time,
});

export const restStatus = z.object({ success: z.literal(true), data: jobStatus }).meta({ id: 'JobStatus' });

export const restJobs = z
  .object({
    success: z.literal(true),
    data: z.object({
      jobs: z.array(jobStatus).describe('Newest first, each as its status is.'),
      next_cursor: z.string().nullable().describe('Send it as cursor to get the next page; null on the last one.'),
    }),
  })
  .meta({ id: 'Jobs' });

/** Both of a cancellation's first two outcomes end the job and return its credits. */
export const CANCEL_OUTCOMES = ['canceled', 'cancellation_requested', 'already_ended'] as const;

export const restCanceled = z
  .object({
    success: z.literal(true),
    data: z.object({
      job_id: z.string(),
      status,
      outcome: z
        .enum(CANCEL_OUTCOMES)
        .describe(
          'canceled: nothing works on the job; cancellation_requested: its worker was told to stop and has not confirmed it yet; ' +
            'already_ended: there was nothing to cancel.',
        ),
      message: z.string(),
    }),
  })
  .meta({ id: 'JobCancellation' });

export const restResult = z
  .object({
    success: z.literal(true),
    data: z.object({
      job_id: z.string(),
      status: z.literal('completed'),
      result_url: z
        .string()
        .describe('Reads the video, without an api-key, for a limited time. Ask again for a new URL.'),
      width: z.int().describe('pixels'),
      height: z.int().describe('pixels'),
      type: z.literal('video/mp4'),
      used_credit: z.int(),
      created_at: time,
    }),
  })
  .meta({ id: 'JobResult' });

export const restUpload = z
  .object({
    success: z.literal(true),
    data: z.object({
      upload_id: z.string(),
      reference: z.string().describe('What input_video or audio_file says to use the file: upload://<id>'),
      upload_url: z.string().describe('Takes the bytes of the file by one PUT, without an api-key.'),
      max_bytes: z.int(),
      expires_at: time,
    }),
  })
  .meta({ id: 'Upload' });

export const restUploaded = z
  .object({
    success: z.literal(true),
    data: z.object({
      upload_id: z.string(),
      reference: z.string().describe('What input_video or audio_file says to use the file: upload://<id>'),
      bytes: z.int(),
    }),
  })
  .meta({ id: 'UploadReceived' });

export const restError = z.object({ success: z.literal(false), error: errorBody }).meta({ id: 'Error' });
