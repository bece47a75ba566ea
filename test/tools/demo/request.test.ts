import { describe, expect, test } from 'vitest';
import { parseDemoRequest, UsageError } from '../../../tools/demo/request.ts';

describe('the command line of the demo', () => {
  test('takes request fields in camelCase and kebab-case, in the types and spellings of GraphQL', () => {
    const args =
      '--video a.mp4 --crf 20 --syncMode cut_off --resolution 480p --image-size 640x360 --audio-duration 1.5';
    expect(parseDemoRequest(args.split(' '))).toEqual({
      video: 'a.mp4',
      fields: {
        crf: 20,
        syncMode: 'CUT_OFF',
        resolution: 'P480',
        imageSize: { width: 640, height: 360 },
        audioDuration: 1.5,
      },
    });
  });

  test('sends nothing that was not given', () => {
    expect(parseDemoRequest([])).toEqual({ fields: {} });
  });

  test.each([
    [['--crf', '99'], /crf/],
    [['--crf', 'high'], /crf/],
    [['--sync-mode', 'sideways'], /syncMode/],
    [['--image-size', '641x360'], /even/],
    [['--volume', '11'], /--volume/],
  ])('refuses %j with a sentence and the usage', (args, reason) => {
    expect(() => parseDemoRequest(args)).toThrow(UsageError);
    expect(() => parseDemoRequest(args)).toThrow(reason);
    expect(() => parseDemoRequest(args)).toThrow(/Usage:/);
  });
});
