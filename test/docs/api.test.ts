import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { ERRORS } from '../../schema/errors.ts';
import { CREDITS_PER_SECOND } from '../../schema/rate-card.ts';
import {
  restCanceled,
  restError,
  restJobs,
  restRequest,
  restResult,
  restStatus,
  restSubmitted,
  restUpload,
} from '../../schema/rest.ts';
import { UPLOAD_URL_SECONDS } from '../../schema/upload.ts';
import { openApiDocument } from '../../server/rest/openapi.ts';
import { UPLOAD_KEPT_DAYS } from '../../server/uploads/remove-expired.ts';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const english = page('api.md');
const korean = page('api.ko.md');
const blocks = (text: string, language: string) =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)].filter((block) => block[1] === language).map((block) => block[2]);
/** The cells of the table row that begins with this name. */
const row = (text: string, name: string) =>
  new RegExp(`^\\| \`${name}\` \\|(.*)\\|$`, 'm')
    .exec(text)?.[1]
    .split('|')
    .map((cell) => cell.trim());

test('both languages show the same commands, programs and answers', () => {
  for (const language of ['sh', 'python', 'json']) {
    expect(blocks(english, language).length).toBeGreaterThan(0);
    expect(blocks(korean, language)).toEqual(blocks(english, language));
  }
});

test('the answers that the page shows have the shapes that the service sends, key by key', () => {
  const shapes: [string, z.ZodType][] = [
    ['"message": "Job submitted"', restSubmitted],
    ['"stage": "render"', restStatus],
    ['"outcome"', restCanceled],
    ['"next_cursor"', restJobs],
    ['"result_url"', restResult],
    ['"upload_url"', restUpload],
    ['"success": false', restError],
  ];
  const answers = blocks(english, 'json');
  expect(answers).toHaveLength(shapes.length);
  for (const [mark, shape] of shapes) {
    const answer = JSON.parse(answers.find((text) => text.includes(mark)) ?? 'null');
    expect(JSON.stringify(shape.parse(answer))).toBe(JSON.stringify(answer));
  }
});

test('the request that the page submits is one that the service takes', () => {
  const curl = blocks(english, 'sh').find((text) => text.includes('input_video')) ?? '';
  expect(() => restRequest.parse(JSON.parse(/'(\{[^']*\})'/.exec(curl)?.[1] ?? ''))).not.toThrow();
});

const fields = Object.entries<Record<string, unknown>>(
  JSON.parse(JSON.stringify(openApiDocument())).components.schemas.TalkV2VRequest.properties,
);

test.each(fields)('%s is told in both languages with its type, range and default', (name, field) => {
  for (const text of [english, korean]) {
    const [type, , range, byDefault] = row(text, name) ?? [];
    expect(type).toBe(field.type);
    for (const bound of [field.minimum, field.maximum, field.exclusiveMinimum, field.maxLength]) {
      if (bound !== undefined) expect(range).toContain(String(bound));
    }
    if (Array.isArray(field.enum)) expect(range).toBe(field.enum.map((value) => `\`${value}\``).join(', '));
    if (field.default !== undefined) expect(byDefault).toBe(`\`${field.default}\``);
  }
});

test.each(Object.entries(ERRORS))(
  '%s is told in both languages with its status',
  (code, { status, retry, meaning }) => {
    expect(row(english, code)).toEqual([String(status), retry ? 'yes' : 'no', meaning]);
    expect(row(korean, code)).toEqual([String(status), retry ? '예' : '아니요', expect.stringMatching(/[가-힣]/)]);
  },
);

test('prices and times are those of the service', () => {
  for (const text of [english, korean]) {
    for (const [resolution, credits] of Object.entries(CREDITS_PER_SECOND)) {
      expect(text).toContain(`| \`${resolution}\` | ${credits} |`);
    }
  }
  expect(UPLOAD_URL_SECONDS).toBe(3600);
  expect(UPLOAD_KEPT_DAYS).toBe(7);
  expect(korean).toContain(`${UPLOAD_KEPT_DAYS}일`);
});
