import fc from 'fast-check';
import { expect, test } from 'vitest';
import { talkV2VRequest } from '../../schema/request.ts';
import { camelCase, requestInput, restRequest, snakeCase } from '../../schema/rest.ts';

test('the names of REST and those of the request are each other, written differently', () => {
  const restNames = Object.keys(restRequest.shape);
  expect(restNames.map(camelCase)).toEqual(Object.keys(talkV2VRequest.shape));
  expect(Object.keys(talkV2VRequest.shape).map(snakeCase)).toEqual(restNames);
});

test('names of words that have two letters at least go there and back', () => {
  const word = fc.stringMatching(/^[a-z]{2,8}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const name = words.join('_');
      expect(snakeCase(camelCase(name))).toBe(name);
    }),
  );
});

test('a parsed REST request is one that the use-cases accept, with the same defaults', () => {
  const media = { input_video: 'https://a.example/v.mp4', audio_file: 'upload://upl_12345678' };
  const direct = talkV2VRequest.parse({ inputVideo: media.input_video, audioFile: media.audio_file });
  expect(talkV2VRequest.parse(requestInput(restRequest.parse(media)))).toEqual(direct);
});

test('descriptions speak of fields by their REST names', () => {
  expect(restRequest.shape.keep_proportion.description).toContain('image_size');
  for (const field of Object.values(restRequest.shape)) expect(field.description ?? '').not.toMatch(/imageSize/);
});
