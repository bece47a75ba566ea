import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Phoneme } from '../visemes.ts';

/**
 * Makes the presenter's two voices: `node --import tsx presenter/voice/make-voices.ts`. Needs Flite (Debian: `flite`), whose
 * voices are free for any use, and ffmpeg. The results are kept in the repository; nobody needs Flite to run the service.
 */
const VOICES = [
  {
    name: 'own-words',
    voice: 'awb',
    text: 'Hello! I am drawn by a program, from my brows to my smile. Give me any voice, and my lips will move with it.',
  },
  {
    name: 'new-words',
    voice: 'rms',
    text: 'My mouth has never made these words before. You bring a video, you pick a voice, and both become one.',
  },
];

/** Flite's names for sounds (ARPAbet) in the International Phonetic Alphabet. `pau` is silence. */
const IPA: Readonly<Record<string, string>> = {
  ...{ aa: 'ɑ', ae: 'æ', ah: 'ʌ', ax: 'ə', ao: 'ɔ', aw: 'aʊ', ay: 'aɪ', eh: 'ɛ', er: 'ɝ', ey: 'eɪ', ih: 'ɪ', iy: 'i' },
  ...{ ow: 'oʊ', oy: 'ɔɪ', uh: 'ʊ', uw: 'u', b: 'b', ch: 'tʃ', d: 'd', dh: 'ð', f: 'f', g: 'ɡ', hh: 'h', jh: 'dʒ' },
  ...{ k: 'k', l: 'l', m: 'm', n: 'n', ng: 'ŋ', p: 'p', r: 'ɹ', s: 's', sh: 'ʃ', t: 't', th: 'θ', v: 'v', w: 'w' },
  ...{ y: 'j', z: 'z', zh: 'ʒ' },
};

function run(command: string, args: string[]): string {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command} failed: ${result.error?.message ?? result.stderr}`);
  return result.stdout;
}

/** Reads `name:end name:end …`, the ends in seconds. */
function parseSegments(printed: string): Phoneme[] {
  const phonemes: Phoneme[] = [];
  let start = 0;
  for (const [, name, endText] of printed.matchAll(/([a-z]+):([\d.]+)/g)) {
    const end = Number(endText);
    if (name !== 'pau') {
      const ipa = IPA[name];
      if (!ipa) throw new Error(`Flite printed an unknown sound: ${name}`);
      phonemes.push({ start, end, ipa });
    }
    start = end;
  }
  return phonemes;
}

const scratch = mkdtempSync(join(tmpdir(), 'voices-'));
for (const { name, voice, text } of VOICES) {
  const wav = join(scratch, `${name}.wav`);
  const phonemes = parseSegments(run('flite', ['-voice', voice, '-psdur', '-t', text, '-o', wav]));
  const target = (ending: string) => join(import.meta.dirname, `${name}.${ending}`);
  run('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    wav,
    '-af',
    'loudnorm=I=-18:TP=-1.5',
    '-ar',
    '24000',
    '-sample_fmt',
    's16',
    target('flac'),
  ]);
  writeFileSync(target('phonemes.json'), `[\n${phonemes.map((p) => `  ${JSON.stringify(p)}`).join(',\n')}\n]\n`);
}
rmSync(scratch, { recursive: true });
