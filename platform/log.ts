import { pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

/** Where a secret may show up in a logged object. */
const SECRETS = [
  'apiKey',
  '*.apiKey',
  'headers["api-key"]',
  '*.headers["api-key"]',
  'headers.authorization',
  '*.headers.authorization',
  'uploadUrl',
  '*.uploadUrl',
];

/** One JSON object per line on standard output; secrets are replaced by `[redacted]`. */
export function createLogger(process: string, level: string) {
  return pino({
    level,
    base: { process },
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: SECRETS, censor: '[redacted]' },
  });
}
