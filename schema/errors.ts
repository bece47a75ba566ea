/**
 * Every error that a caller can meet, stated once: its stable code, the HTTP status that carries it over REST, and
 * whether the same request may succeed later without being changed. The sentence for the caller is written where the
 * error arises, because only that place knows what to do about it.
 */
export interface ErrorMeaning {
  readonly status: 400 | 401 | 402 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly retry: boolean;
  /** What the code means, for the documentation. */
  readonly meaning: string;
}

export const ERRORS = {
  // The request.
  UNAUTHENTICATED: { status: 401, retry: false, meaning: 'The api-key is missing, unknown or revoked.' },
  INVALID_INPUT: { status: 400, retry: false, meaning: 'A field is missing, has the wrong type or is out of range.' },
  UNKNOWN_FIELD: { status: 400, retry: false, meaning: 'The body has a field that the contract does not know.' },
  MODEL_NOT_FOUND: { status: 400, retry: false, meaning: 'No such lip-sync model is offered here.' },
  INSUFFICIENT_CREDITS: { status: 402, retry: false, meaning: 'The account does not hold the credits of this job.' },
  NOT_FOUND: { status: 404, retry: false, meaning: 'There is no such thing, or it belongs to another account.' },
  NOT_READY: { status: 409, retry: true, meaning: 'The job has not completed, so it has no result.' },
  IDEMPOTENCY_CONFLICT: { status: 409, retry: false, meaning: 'The idempotency key was used with another payload.' },
  PAYLOAD_TOO_LARGE: { status: 413, retry: false, meaning: 'The body or the upload exceeds its size limit.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retry: false, meaning: 'The content type is not accepted here.' },
  // Uploads.
  UPLOAD_EXPIRED: { status: 410, retry: false, meaning: 'The upload URL is past its time, or was used already.' },
  UPLOAD_NOT_READY: { status: 409, retry: true, meaning: 'The upload exists, but its bytes have not arrived yet.' },
  UPLOAD_INTERRUPTED: { status: 400, retry: true, meaning: 'The upload ended before all announced bytes arrived.' },
  // Signed URLs.
  SIGNATURE_INVALID: { status: 403, retry: false, meaning: 'The URL was not made by this service, or was changed.' },
  URL_EXPIRED: { status: 410, retry: false, meaning: 'The media URL is past its time; ask for the result again.' },
  // Inputs of a job.
  INPUT_UNREACHABLE: { status: 422, retry: true, meaning: 'An input URL could not be downloaded.' },
  INPUT_FORBIDDEN: { status: 422, retry: false, meaning: 'An input URL points to an address that is not public.' },
  INPUT_TOO_LARGE: { status: 422, retry: false, meaning: 'An input file exceeds the size limit.' },
  INPUT_EMPTY: { status: 422, retry: false, meaning: 'An input file has no bytes.' },
  VIDEO_UNREADABLE: { status: 422, retry: false, meaning: 'The input video is not a video that can be decoded.' },
  VIDEO_TOO_SMALL: { status: 422, retry: false, meaning: 'The input video has too few pixels to find a face in.' },
  VIDEO_TOO_LARGE: { status: 422, retry: false, meaning: 'The input video has more pixels than can be decoded here.' },
  VIDEO_TOO_LONG: { status: 422, retry: false, meaning: 'The input video is longer than the limit.' },
  AUDIO_UNREADABLE: { status: 422, retry: false, meaning: 'The audio file holds no sound that can be decoded.' },
  AUDIO_TOO_SHORT: { status: 422, retry: false, meaning: 'The audio is shorter than one video frame.' },
  AUDIO_TOO_LONG: { status: 422, retry: false, meaning: 'The audio is longer than the limit.' },
  NO_FACE: { status: 422, retry: false, meaning: 'No face was found in any frame that the result would show.' },
  FACE_NOT_AT_POINT: { status: 422, retry: false, meaning: 'No face lies where the request points at the speaker.' },
  // The life of a job.
  CANCELED: { status: 410, retry: false, meaning: 'The job was canceled, so it will never have a result.' },
  NOT_ENDED: { status: 409, retry: true, meaning: 'The job, or the worker that had it, has not come to its end.' },
  NOT_RETRYABLE: { status: 409, retry: false, meaning: 'Only a job that failed or was canceled can be retried.' },
  // The service.
  TIMED_OUT: { status: 500, retry: true, meaning: 'The job took longer than the time limit.' },
  WORKER_LOST: { status: 500, retry: true, meaning: 'The workers that held the job stopped answering, repeatedly.' },
  INTERNAL: { status: 500, retry: true, meaning: 'The service failed; the log holds the reason under the request id.' },
  UNAVAILABLE: { status: 503, retry: true, meaning: 'A part of the service is not reachable right now.' },
} as const satisfies Record<string, ErrorMeaning>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];
