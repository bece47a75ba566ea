import { z } from 'zod';
import { MAX_OUTPUT_SECONDS } from '../schema/request.ts';

/** An empty variable counts as unset: compose files and shells produce those. */
const optionalText = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');
const bytes = z.coerce.number().int().positive();
const GIB = 1024 ** 3;

/** The environment of every process, each variable with its default and what it means. The docs' table is made from it. */
export const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).describe('PostgreSQL, 15 or later.'),
  NATS_URL: z.url({ protocol: /^(nats|tls)$/ }).describe('nats-server with JetStream, 2.9 or later.'),
  NATS_PREFIX: z
    .string()
    .regex(/^[a-z0-9_-]+$/i)
    .default('talkv2v')
    .describe('First token of every subject; installations that share a NATS server need different ones.'),
  URL_SIGNING_SECRET: z
    .string()
    .min(32)
    .describe('Signs upload and media URLs. At least 32 characters, the same on every server.'),
  HOST: z.string().default('127.0.0.1').describe('Address that the server listens on; 0.0.0.0 in a container.'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(4000)
    .describe('Port that the server listens on; 0 picks a free one.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('How clients reach the server; stands in every URL handed out. Default: http://localhost:PORT.'),
  DATA_DIR: z.string().default('.data').describe('Objects (without S3), and temporary files of running jobs.'),
  S3_BUCKET: optionalText.describe('Keeps objects in this S3 bucket instead of DATA_DIR.'),
  S3_ENDPOINT: optionalText.describe('Endpoint of an S3-compatible service; unset for AWS.'),
  S3_PUBLIC_ENDPOINT: optionalText.describe('How clients reach that service, if otherwise than the servers do.'),
  S3_REGION: z.string().default('us-east-1').describe('Region of the bucket.'),
  S3_ACCESS_KEY_ID: optionalText.describe('Key id; unset for the AWS default chain.'),
  S3_SECRET_ACCESS_KEY: optionalText.describe('Secret of that key.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('Least level that is logged.'),
  MAX_UPLOAD_BYTES: bytes.default(2 * GIB).describe('Largest upload and largest download of an input.'),
  RESULT_URL_SECONDS: z.coerce
    .number()
    .int()
    .min(60)
    .default(86_400)
    .describe('How long a result URL works after it was handed out.'),
  HOLD_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_OUTPUT_SECONDS)
    .default(60)
    .describe('Output length whose credits are held when the request does not bound it.'),
  WORKER_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Jobs that one worker renders at a time.'),
  JOB_TIME_LIMIT_SECONDS: z.coerce
    .number()
    .int()
    .min(10)
    .default(7200)
    .describe('After this long an attempt fails as TIMED_OUT.'),
  INFERENCE_THREADS: z.coerce.number().int().min(1).max(64).default(1).describe('Threads of one inference call.'),
  ALLOW_PRIVATE_INPUTS: flag.describe(
    'Lets input URLs point to loopback and private addresses. Only for closed networks.',
  ),
});
export type Environment = z.infer<typeof environment>;

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** What commands need that only touch the database. */
const databaseEnvironment = environment.pick({ DATABASE_URL: true, LOG_LEVEL: true });

/** Parses the environment; throws one `EnvironmentError` that names every problem at once. */
export function readEnvironment(source: Record<string, string | undefined> = process.env): Environment {
  return parse(environment, source);
}

/** As `readEnvironment`, for commands that only touch the database. */
export function readDatabaseEnvironment(
  source: Record<string, string | undefined> = process.env,
): z.infer<typeof databaseEnvironment> {
  return parse(databaseEnvironment, source);
}

function parse<Variables>(schema: z.ZodType<Variables>, source: Record<string, string | undefined>): Variables {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new EnvironmentError(`The environment is not usable:\n${problems.join('\n')}`);
}

/** The variables as they stand, for a supervisor that completes them and hands them to the roles that it starts. */
export function inheritedEnvironment(): Record<string, string> {
  const set = Object.entries(process.env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(set);
}
