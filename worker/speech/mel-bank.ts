/** One triangular band: `weights[i]` belongs to the spectrum's bin `firstBin + i`; the weights sum to one. */
export interface MelBand {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

export interface MelBankShape {
  readonly bands: number;
  readonly fftSize: number;
  readonly sampleRate: number;
  readonly lowestHz: number;
  readonly highestHz: number;
}

/**
 * Triangles whose corners are equally spaced on the mel scale (O'Shaughnessy 1987: 2595·log10(1 + f/700)), each
 * scaled to a sum of one. A triangle too narrow to hold a bin takes the bin nearest to its peak.
 */
export function createMelBank(shape: MelBankShape): MelBand[] {
  const lowest = melOfHz(shape.lowestHz);
  const highest = melOfHz(shape.highestHz);
  const corner = (i: number) => hzOfMel(lowest + ((highest - lowest) * i) / (shape.bands + 1));
  return Array.from({ length: shape.bands }, (_, band) =>
    triangle(corner(band), corner(band + 1), corner(band + 2), shape.sampleRate / shape.fftSize),
  );
}

function triangle(leftHz: number, peakHz: number, rightHz: number, binHz: number): MelBand {
  const firstBin = Math.floor(leftHz / binHz) + 1;
  const lastBin = Math.ceil(rightHz / binHz) - 1;
  const weights = Float64Array.from({ length: Math.max(0, lastBin - firstBin + 1) }, (_, i) => {
    const hz = (firstBin + i) * binHz;
    return Math.max(0, Math.min((hz - leftHz) / (peakHz - leftHz), (rightHz - hz) / (rightHz - peakHz)));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum < NARROWEST_SUM) return { firstBin: Math.round(peakHz / binHz), weights: Float64Array.of(1) };
  return { firstBin, weights: weights.map((weight) => weight / sum) };
}

/** Below this a triangle holds no bin worth scaling up: its one bin sits on a corner. */
const NARROWEST_SUM = 1e-3;

function melOfHz(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}

function hzOfMel(mel: number): number {
  return 700 * (10 ** (mel / 2595) - 1);
}
