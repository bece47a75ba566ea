import { z } from 'zod';

/** How long an upload URL takes bytes after it was handed out. */
export const UPLOAD_URL_SECONDS = 3600;

/** Only what can hold a video or a voice: nothing that a browser would run as a page. */
const MEDIA_TYPE = /^(?:(?:video|audio)\/[a-z0-9.+-]{1,100}|application\/(?:octet-stream|mp4|mxf|ogg|x-matroska))$/;

/** Anything but slashes, control characters and halves of surrogate pairs. */
const FILE_NAME = /^[^/\\\p{Cc}\p{Cs}]*$/u;

/** `audio/webm;codecs=opus` names its codec; the type alone is kept. */
function withoutParameters(contentType: string): string {
  return contentType.split(';')[0].trim().toLowerCase();
}

export const createUploadInput = z.strictObject({
  fileName: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => FILE_NAME.test(name), 'must be a file name: no slashes, no control characters')
    .describe('Name of the file, for people.'),
  contentType: z
    .string()
    .max(200)
    .transform(withoutParameters)
    .refine((type) => MEDIA_TYPE.test(type), 'must be a video or audio type, or application/octet-stream')
    .describe('What the file is: video/mp4, audio/mpeg, …'),
  bytes: z
    .int()
    .positive()
    .optional()
    .describe('Size of the file in bytes. When given, exactly so many bytes are accepted.'),
});
export type CreateUploadInput = z.input<typeof createUploadInput>;

/** How a job's request names an upload. */
export function uploadReference(id: string): string {
  return `upload://${id}`;
}
