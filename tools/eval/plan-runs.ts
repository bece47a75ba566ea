/** One video with one voice: what a row of the table is about. */
export interface EvaluationRun {
  /** Unique among the runs, and fit for a file's name. */
  readonly id: string;
  readonly video: string;
  readonly voice: string;
  /** The voice is the video's own, so its mouth is the truth. */
  readonly reference: boolean;
  readonly kind: 'own' | 'other' | 'silence' | 'music';
  /** JSON with the sounds of the voice, where they are known. */
  readonly phonemes?: string;
}

export interface EvaluationMaterial {
  readonly videos: readonly { readonly path: string; readonly hasSound: boolean }[];
  readonly voices: readonly string[];
  readonly silence: string;
  readonly music: string;
}

/**
 * Every video with its own voice, with `voicesEach` of the voices, with silence and with music. The choice of voices goes on where
 * the last video's ended, so that all voices have their turn and neighbours in the table share none.
 */
export function planRuns(material: EvaluationMaterial, voicesEach: number): EvaluationRun[] {
  const { videos, silence, music } = material;
  return videos.flatMap(({ path: video, hasSound }, index): EvaluationRun[] => {
    const voices = material.voices.filter((voice) => voice !== video);
    const each = Math.min(voicesEach, voices.length);
    const run = (kind: EvaluationRun['kind'], voice: string): EvaluationRun => ({
      id: kind === 'other' ? `${baseName(video)}--${baseName(voice)}` : `${baseName(video)}--${kind}`,
      video,
      voice,
      reference: kind === 'own',
      kind,
    });
    const others = Array.from({ length: each }, (_, k) => run('other', voices[(index * each + k) % voices.length]));
    return [...(hasSound ? [run('own', video)] : []), ...others, run('silence', silence), run('music', music)];
  });
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
