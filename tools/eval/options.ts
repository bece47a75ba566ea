import { parseArgs } from 'node:util';
import { RESOLUTIONS, SYNC_MODES } from '../../schema/request.ts';

export const USAGE = `npm run eval -- --video FILE --audio FILE [options]
npm run eval -- --all DIR [--voices DIR] [options]
npm run eval -- --presenter [options]

One video with one voice:

  --reference        the audio is the video's own voice, so its mouth is the truth; --audio may be left out
  --half             the clip's own sound is known in its first half only, and mouths are measured in the second
  --without-own-voice  nothing is learnt from the clip's own sound
  --phonemes FILE    the sounds of the voice: JSON [{ start, end, ipa }] in seconds; closures are held against them
  --out FILE.mp4     keep the result
  --sheet FILE.png   write a contact sheet of mouths: source above result
  --resolution R     ${RESOLUTIONS.join(' | ')}
  --sync-mode M      ${SYNC_MODES.join(' | ')}
  --frame-rate N     frames per second of the result
  --max-frames N     stop after so many frames
  --articulation N   0.5 to 1.5: how much the lips do
  --passthrough      leave the pictures as they are: what the measures say about the source itself; with --reference, how well
                     the articulation matches the speaker's real mouth

Every video of a folder with its own voice, with some of the voices, with silence and with music; or the drawn presenter with its
voices, all sounds of which are known. Rows, table and contact sheets go into a folder; what lies there already isn't done again:

  --all DIR          the videos
  --voices DIR       the voices; default: the sound of the videos
  --voices-each N    how many of the voices each video is given; default 2
  --music FILE       music without a voice; default: chords made for the purpose
  --presenter        the drawn presenter
  --out DIR          default out/evaluation
  --max-frames N     frames of each result at most; default 250
  --resolution R     as above`;

/** The command line as it was given. Throws what `parseArgs` throws. */
export function readOptions(args: string[]) {
  return parseArgs({
    args,
    options: {
      video: { type: 'string' },
      audio: { type: 'string' },
      reference: { type: 'boolean', default: false },
      half: { type: 'boolean', default: false },
      'without-own-voice': { type: 'boolean', default: false },
      phonemes: { type: 'string' },
      out: { type: 'string' },
      sheet: { type: 'string' },
      resolution: { type: 'string' },
      'sync-mode': { type: 'string' },
      'frame-rate': { type: 'string' },
      'max-frames': { type: 'string' },
      articulation: { type: 'string' },
      passthrough: { type: 'boolean', default: false },
      all: { type: 'string' },
      voices: { type: 'string' },
      'voices-each': { type: 'string' },
      music: { type: 'string' },
      presenter: { type: 'boolean', default: false },
    },
  }).values;
}

export type EvalOptions = ReturnType<typeof readOptions>;

export function optionalNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
