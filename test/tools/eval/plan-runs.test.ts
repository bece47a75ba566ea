import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRuns } from '../../../tools/eval/plan-runs.ts';

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `/material/${prefix}${i}`);
const material = fc
  .record({ videos: fc.array(fc.boolean(), { maxLength: 8 }), voices: fc.nat(6) })
  .map(({ videos, voices }) => ({
    videos: videos.map((hasSound, i) => ({ path: `/material/video${i}`, hasSound })),
    voices: names('voice', voices),
    silence: '/out/silence.wav',
    music: '/out/music.wav',
  }));

test('every video runs with its own voice where it has one, with silence, with music, and with as many voices as asked for', () => {
  fc.assert(
    fc.property(material, fc.nat(4), (given, voicesEach) => {
      const runs = planRuns(given, voicesEach);
      expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
      for (const { path, hasSound } of given.videos) {
        const own = runs.filter(({ video }) => video === path);
        const count = (kind: string) => own.filter((run) => run.kind === kind).length;
        expect([count('own'), count('silence'), count('music')]).toEqual([hasSound ? 1 : 0, 1, 1]);
        expect(count('other')).toBe(Math.min(voicesEach, given.voices.length));
      }
    }),
  );
});

test('only a video’s own voice is a reference', () => {
  fc.assert(
    fc.property(material, (given) => {
      for (const run of planRuns(given, 2)) {
        expect(run.reference).toBe(run.kind === 'own');
        if (run.reference) expect(run.voice).toBe(run.video);
      }
    }),
  );
});

test('the voices take turns, so that each is heard as often as the others', () => {
  fc.assert(
    fc.property(material, fc.integer({ min: 1, max: 3 }), (given, voicesEach) => {
      const heard = planRuns(given, voicesEach).filter(({ kind }) => kind === 'other');
      const counts = given.voices.map((voice) => heard.filter((run) => run.voice === voice).length);
      if (counts.length > 0) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});
