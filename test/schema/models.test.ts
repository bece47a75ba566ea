import { expect, test } from 'vitest';
import { findModel, MODEL_FIELDS, MODELS } from '../../schema/models.ts';
import { talkV2VRequest } from '../../schema/request.ts';

test('the model that requests name by default is offered', () => {
  const request = talkV2VRequest.parse({ inputVideo: 'https://a.example/v', audioFile: 'https://a.example/a' });
  expect(findModel(request.model)?.name).toBe('retalk');
});

test('a model that is not offered is not found', () => {
  expect(findModel('gpt-lips')).toBeUndefined();
});

test('every field that a model may use is a field of the request', () => {
  for (const field of MODEL_FIELDS) expect(Object.keys(talkV2VRequest.shape)).toContain(field);
  expect(new Set(MODELS.map(({ name }) => name)).size).toBe(MODELS.length);
});
