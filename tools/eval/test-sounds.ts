import { writeFile } from 'node:fs/promises';

const SAMPLE_RATE = 16_000;
const SECONDS = 5;
/** A cadence in C: frequencies in Hz of the notes of each chord. */
const CHORDS = [
  [261.63, 329.63, 392],
  [349.23, 440, 523.25],
  [392, 493.88, 587.33],
  [261.63, 392, 523.25],
] as const;
/** A plucked string's overtones, each weaker than the last. */
const OVERTONES = 5;
const DECAY_SECONDS = 0.35;
/** Strokes of a chord, seconds apart. */
const STROKE_SECONDS = 0.625;
const PEAK = 0.6;

/** Five seconds in which nothing sounds, as a WAV. */
export async function writeSilence(path: string): Promise<void> {
  await writeFile(path, wav(new Float32Array(SECONDS * SAMPLE_RATE)));
}

/** Five seconds of plucked chords, as a WAV: sound with rhythm and pitch and nobody speaking. */
export async function writeMusic(path: string): Promise<void> {
  const samples = Float32Array.from({ length: SECONDS * SAMPLE_RATE }, (_, i) => pluckedChords(i / SAMPLE_RATE));
  const loudest = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  await writeFile(path, wav(samples.map((sample) => (sample / loudest) * PEAK)));
}

function pluckedChords(timeSeconds: number): number {
  const stroke = Math.floor(timeSeconds / STROKE_SECONDS);
  const since = timeSeconds - stroke * STROKE_SECONDS;
  const chord = CHORDS[(stroke >> 1) % CHORDS.length];
  let sum = 0;
  for (const frequency of chord) {
    for (let k = 1; k <= OVERTONES; k++) {
      sum += (Math.sin(2 * Math.PI * frequency * k * since) / k ** 1.5) * Math.exp((-since * k) / DECAY_SECONDS);
    }
  }
  return sum;
}

/** Mono, 16 bit. */
function wav(samples: Float32Array): Buffer {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(SAMPLE_RATE, 24);
  bytes.writeUInt32LE(SAMPLE_RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (const [i, sample] of samples.entries()) bytes.writeInt16LE(Math.round(sample * 32767), 44 + i * 2);
  return bytes;
}
