import { NEW_WORDS, OWN_WORDS, presenterClip } from '../../presenter/clip.ts';
import type { EvaluationRun } from './plan-runs.ts';
import { testSounds } from './run-all.ts';

/** The drawn presenter with its own voice, another one, silence and music: the same on every machine, with every sound of the voices known. */
export async function presenterRuns(outDir: string, cacheDir: string): Promise<EvaluationRun[]> {
  const { silence, music } = await testSounds(outDir);
  const video = await presenterClip(cacheDir);
  return [
    {
      id: 'presenter--own',
      video,
      voice: OWN_WORDS.audioPath,
      phonemes: OWN_WORDS.phonemesPath,
      reference: true,
      kind: 'own',
    },
    {
      id: 'presenter--new-words',
      video,
      voice: NEW_WORDS.audioPath,
      phonemes: NEW_WORDS.phonemesPath,
      reference: false,
      kind: 'other',
    },
    { id: 'presenter--silence', video, voice: silence, reference: false, kind: 'silence' },
    { id: 'presenter--music', video, voice: music, reference: false, kind: 'music' },
  ];
}
