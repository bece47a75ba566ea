import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS } from '../../../schema/errors.ts';
import { talkV2VRequest } from '../../../schema/request.ts';
import { snakeCase } from '../../../schema/rest.ts';
import { openApiDocument } from '../../../server/rest/openapi.ts';

const document = JSON.parse(JSON.stringify(openApiDocument()));
const operations = Object.values<Record<string, Operation>>(document.paths).flatMap((path) => Object.values(path));

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, { description: string; content: Record<string, { schema: unknown }> }>;
}

test('the committed document is the one that the code makes', () => {
  const committed = JSON.parse(readFileSync(new URL('../../../schema/openapi.json', import.meta.url), 'utf8'));
  expect(committed).toEqual(document);
});

test("describes the contract's paths and the uploads", () => {
  expect(Object.keys(document.paths)).toEqual([
    '/ai/generation/talk-v2v/generate-async',
    '/ai/generation/status',
    '/ai/generation/result',
    '/ai/generation/cancel',
    '/ai/generation/jobs',
    '/uploads',
    '/uploads/{id}',
  ]);
});

test('describes every field of the request with its range, and allows no other', () => {
  const schema = document.components.schemas.TalkV2VRequest;
  expect(Object.keys(schema.properties)).toEqual(Object.keys(talkV2VRequest.shape).map(snakeCase));
  expect(schema.required).toEqual(['input_video', 'audio_file']);
  expect(schema.additionalProperties).toBe(false);
  expect(schema.properties.frame_rate).toMatchObject({ type: 'integer', minimum: 1, maximum: 60 });
  for (const [name, field] of Object.entries<Record<string, unknown>>(schema.properties)) {
    expect(field.description, name).toMatch(/\S/);
  }
});

test('patterns are patterns of JSON Schema, not printed JavaScript', () => {
  for (const [, pattern] of JSON.stringify(document).matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)) {
    expect(pattern).toMatch(/^\^.*\$$/);
  }
});

test.each(operations)('the errors of $operationId stand under the status that carries them', ({ responses }) => {
  for (const [status, { description, content }] of Object.entries(responses)) {
    if (status === '200') continue;
    expect(content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Error' });
    for (const line of description.split('\n\n')) {
      const [code] = line.split(':');
      expect(Object.entries(ERRORS)).toContainEqual([code, expect.objectContaining({ status: Number(status) })]);
    }
  }
});
