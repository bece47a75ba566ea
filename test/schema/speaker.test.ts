import { expect, test } from 'vitest';
import { talkV2VRequest } from '../../schema/request.ts';
import { requestInput, restRequest } from '../../schema/rest.ts';
import { speakerChoice } from '../../schema/speaker.ts';

const point = { x: 0.25, y: 1 };
const box = { left: 0, top: 0.1, right: 0.5, bottom: 0.6 };

test.each([[{ point }], [{ box }], [{ point, frame: 0 }], [{ box, seconds: 3.2 }]])('%o points at a face', (choice) => {
  expect(speakerChoice.parse(choice)).toEqual(choice);
});

test.each([
  [{}, ''],
  [{ point, box }, ''],
  [{ frame: 3 }, ''],
  [{ point, frame: 3, seconds: 0.1 }, 'seconds'],
  [{ point: { x: 1.01, y: 0 } }, 'point.x'],
  [{ point: { x: 0.5 } }, 'point.y'],
  [{ box: { ...box, right: 0 } }, 'box.right'],
  [{ box: { ...box, bottom: 0.05 } }, 'box.bottom'],
  [{ point, frame: 0.5 }, 'frame'],
  [{ point, seconds: -1 }, 'seconds'],
])('%o is refused, at %s', (choice, path) => {
  const { error } = speakerChoice.safeParse(choice);
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});

test('REST says it in the same words', () => {
  const request = { input_video: 'https://a.example/v.mp4', audio_file: 'https://a.example/a.mp3', speaker: { point } };
  expect(talkV2VRequest.parse(requestInput(restRequest.parse(request))).speaker).toEqual({ point });
});
