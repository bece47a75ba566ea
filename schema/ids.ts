import { z } from 'zod';

/** 16 characters of 36: 82 bits, so that a job id can't be guessed from its time. */
const RANDOM_LENGTH = 16;
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
/** Bytes at or above this would make the first letters of the alphabet likelier; they are drawn again. */
const UNBIASED_BYTES = 256 - (256 % ALPHABET.length);

export type RandomBytes = (count: number) => Uint8Array;

const systemRandom: RandomBytes = (count) => crypto.getRandomValues(new Uint8Array(count));

/** `length` unguessable characters of 0-9a-z. Safe in URLs, file names and NATS subjects. */
export function randomToken(length: number, randomBytes: RandomBytes = systemRandom): string {
  let token = '';
  while (token.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < UNBIASED_BYTES && token.length < length) token += ALPHABET[byte % ALPHABET.length];
    }
  }
  return token;
}

/** `tlk_<milliseconds>_<random>`: sorts by time, tells nothing else. */
export function newJobId(now: Date = new Date(), randomBytes?: RandomBytes): string {
  return `tlk_${now.getTime()}_${randomToken(RANDOM_LENGTH, randomBytes)}`;
}

export const jobId = z
  .string()
  .regex(/^tlk_[0-9]{1,15}_[0-9a-z]{6,32}$/, 'must be a job id, like tlk_1777360165746_xyz789');

export function newId(prefix: 'acc' | 'key' | 'upl' | 'req' | 'wrk'): string {
  return `${prefix}_${randomToken(20)}`;
}
