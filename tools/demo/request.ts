import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type imageSize, talkV2VRequest } from '../../schema/request.ts';

/** What the person at the keyboard got wrong, in a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface DemoRequest {
  /** A file or an https:// URL; unset for the presenter. */
  readonly video?: string;
  /** A file or an https:// URL; unset for the presenter's second voice. */
  readonly audio?: string;
  readonly out?: string;
  /** The other request fields, as GraphQL takes them. */
  readonly fields: Record<string, unknown>;
}

const { inputVideo: _video, audioFile: _audio, ...optionalFields } = talkV2VRequest.shape;
const FIELDS = Object.keys(optionalFields);
export const USAGE = `Usage: npm run demo -- [--video FILE|URL] [--audio FILE|URL] [--out FILE]
       [${FIELDS.map((field) => `--${toKebab(field)} …`).join('] [')}]`;

/** Reads the command line: `--video`, `--audio`, `--out`, and every field of the request in camelCase or kebab-case. */
export function parseDemoRequest(args: string[]): DemoRequest {
  const names = ['video', 'audio', 'out', ...FIELDS.flatMap((field) => [field, toKebab(field)])];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { video, audio, out, ...rest } = parseOptions(args, options);
  const given = new Map(Object.entries(rest).map(([name, value]) => [toCamel(name), value]));
  const fields = talkV2VRequest
    .partial()
    .safeParse(Object.fromEntries([...given].map(([name, value]) => [name, toValue(name, value)])));
  if (!fields.success) throw new UsageError(`${z.prettifyError(fields.error)}\n${USAGE}`);
  // Parsing also fills in defaults; what was not given stays the server's business.
  const chosen = Object.entries(fields.data).filter(([name]) => given.has(name));
  return {
    video,
    audio,
    out,
    fields: Object.fromEntries(chosen.map(([name, value]) => [name, toGraphQL(name, value)])),
  };
}

function parseOptions(args: string[], options: Record<string, { type: 'string' }>): Record<string, string | undefined> {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n${USAGE}`, { cause: error });
  }
}

/** Text as the shell gives it, in the type that the field has: `--image-size 640x360`, `--crf 20`. */
function toValue(name: string, value: string | undefined): unknown {
  if (value === undefined) return undefined;
  if (name === 'imageSize') {
    const [width, height] = value.split('x').map(Number);
    return { width, height } satisfies z.input<typeof imageSize>;
  }
  const type = z.toJSONSchema(talkV2VRequest, { io: 'input' }).properties?.[name];
  const isNumber = typeof type === 'object' && (type.type === 'number' || type.type === 'integer');
  return isNumber ? Number(value) : value;
}

const ENUMS = new Set(['resolution', 'keepProportion', 'syncMode']);

/** GraphQL's enum values are upper case and can't begin with a digit: `720p` is `P720`, `cut_off` is `CUT_OFF`. */
function toGraphQL(name: string, value: unknown): unknown {
  if (!ENUMS.has(name) || typeof value !== 'string') return value;
  return value.replace(/^(\d+)p$/, 'p$1').toUpperCase();
}

function toKebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function toCamel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
