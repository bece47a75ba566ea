import { expect, test } from 'vitest';
import { talkV2VRequest } from '../../../schema/request.ts';
import { EngineRegistry, ignoredFields } from '../../../worker/engines/registry.ts';
import { frameThroughEngine } from '../../support/frame-through-engine.ts';

const engine = frameThroughEngine();
const inputs = { inputVideo: 'https://example.org/v.mp4', audioFile: 'https://example.org/a.wav' };

test('finds an engine by the name that requests give, and names what is offered otherwise', () => {
  const registry = new EngineRegistry([engine]);
  expect(registry.find('retalk')).toBe(engine);
  expect(() => registry.find('other')).toThrow("There is no model 'other' here. Offered: retalk.");
});

test('every field that was set and is not used gives one warning; defaults and used fields give none', () => {
  const plain = talkV2VRequest.parse(inputs);
  const rich = talkV2VRequest.parse({
    ...inputs,
    seed: 3,
    articulation: 1.2,
    cfgScale: 2,
    negativePrompt: 'blur',
    function: 'fast',
  });
  expect(ignoredFields(engine, plain)).toEqual([]);
  expect(ignoredFields(engine, rich)).toEqual(
    ['negativePrompt', 'function', 'cfgScale', 'articulation'].map((field) => ({
      code: 'FIELD_IGNORED',
      message: `The model 'retalk' does not use '${field}'.`,
    })),
  );
});
