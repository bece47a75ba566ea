import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Environment } from '../env.ts';

export type SignedMethod = 'GET' | 'PUT';

export type SignatureVerdict = 'valid' | 'expired' | 'forged';

/** Seconds since 1970, as it stands in a URL. The length bound keeps the number exact. */
const EXPIRES = /^[0-9]{1,12}$/;

/**
 * Signs paths of this server, so that whoever holds the URL may use it, for one method and until a time, without an
 * api-key. HMAC-SHA256 (RFC 2104) over method, path and expiry.
 */
export class UrlSigner {
  readonly #secret: string;
  readonly #baseUrl: string;

  constructor(options: { secret: string; baseUrl: string }) {
    this.#secret = options.secret;
    this.#baseUrl = options.baseUrl.replace(/\/+$/, '');
  }

  /** The whole URL of a path like `/media/results/x.mp4`, good until `expiresAt`. */
  sign(method: SignedMethod, path: string, expiresAt: Date): string {
    const expires = String(Math.ceil(expiresAt.getTime() / 1000));
    return `${this.#baseUrl}${path}?expires=${expires}&signature=${this.#mac(method, path, expires).toString('base64url')}`;
  }

  /** Judges the query of a request for the path. A changed expiry is a forgery, because the signature covers it. */
  judge(
    method: SignedMethod,
    path: string,
    query: { expires?: string; signature?: string },
    now: Date = new Date(),
  ): SignatureVerdict {
    const { expires, signature } = query;
    if (expires === undefined || signature === undefined || !EXPIRES.test(expires)) return 'forged';
    const given = Buffer.from(signature, 'base64url');
    const right = this.#mac(method, path, expires);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return 'forged';
    return Number(expires) * 1000 < now.getTime() ? 'expired' : 'valid';
  }

  #mac(method: SignedMethod, path: string, expires: string): Buffer {
    return createHmac('sha256', this.#secret).update(`${method}\n${path}\n${expires}`).digest();
  }
}

export type SigningEnvironment = Pick<Environment, 'URL_SIGNING_SECRET' | 'PUBLIC_URL' | 'PORT'>;

/** The signer that every process of an installation agrees on. With PORT 0, put the port that was found in its place. */
export function signerOf(environment: SigningEnvironment): UrlSigner {
  const baseUrl = environment.PUBLIC_URL ?? `http://localhost:${environment.PORT}`;
  return new UrlSigner({ secret: environment.URL_SIGNING_SECRET, baseUrl });
}
