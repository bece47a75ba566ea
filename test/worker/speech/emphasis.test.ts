import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mouthRange, wantedMouth } from '../../../worker/retalk/retarget.ts';
import type { MouthTrajectory } from '../../../worker/speech/articulation.ts';
import { emphasised } from '../../../worker/speech/emphasis.ts';

const strengths = fc.double({ min: 0.5, max: 1.5, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const frame = fc.record({
  opening: share,
  width: fc.double({ min: -1, max: 1, noNaN: true }),
  closure: fc.constantFrom(0, 0.3, 1),
  labiodental: fc.constantFrom(0, 0.3, 1),
  speech: fc.constantFrom(0, 0.4, 1),
});
const trajectories = fc.array(frame, { minLength: 1, maxLength: 20 }).map((frames): MouthTrajectory => {
  const channel = (key: keyof MouthTrajectory) => Float32Array.from(frames, (values) => values[key]);
  const closure = channel('closure');
  return {
    opening: channel('opening').map((value, k) => (closure[k] === 1 ? 0 : value)),
    width: channel('width'),
    closure,
    labiodental: channel('labiodental'),
    speech: channel('speech'),
  };
});

const talking = Array.from({ length: 100 }, (_, k) => ({ opening: 0.002 * k, width: 0.5 + 0.03 * Math.sin(k) }));
const range = mouthRange(talking);

test('at strength 1 nothing changes', () => {
  fc.assert(
    fc.property(trajectories, (trajectory) => {
      expect(emphasised(trajectory, 1)).toEqual(trajectory);
    }),
  );
});

test('opening and width go as far from rest as the strength says', () => {
  fc.assert(
    fc.property(trajectories, strengths, (trajectory, strength) => {
      const { opening, width } = emphasised(trajectory, strength);
      for (let k = 0; k < opening.length; k++) {
        expect(opening[k]).toBeCloseTo(trajectory.opening[k] * strength, 5);
        expect(width[k]).toBeCloseTo(trajectory.width[k] * strength, 5);
      }
    }),
  );
});

test('p, b and m seal the lips and silence rests them at any strength', () => {
  fc.assert(
    fc.property(trajectories, strengths, (trajectory, strength) => {
      const changed = emphasised(trajectory, strength);
      for (let k = 0; k < changed.opening.length; k++) {
        const before = wantedMouth(trajectory, k, range);
        const after = wantedMouth(changed, k, range);
        expect(after.sealed).toBe(before.sealed);
        if (before.sealed) expect(after.opening).toBe(before.opening);
        if (trajectory.speech[k] === 0) expect(after).toEqual(before);
      }
    }),
  );
});

test('a mouth that talks opens wider the stronger it articulates', () => {
  const one = (value: number) => Float32Array.of(value);
  const vowel = { opening: one(0.7), width: one(0), closure: one(0), labiodental: one(0), speech: one(1) };
  const openings = [0.5, 0.8, 1, 1.2, 1.5].map(
    (strength) => wantedMouth(emphasised(vowel, strength), 0, range).opening,
  );
  for (let k = 1; k < openings.length; k++) expect(openings[k]).toBeGreaterThan(openings[k - 1] + 0.005);
});
