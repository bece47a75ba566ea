/** An exact fraction, for frame rates and aspect ratios: 29.97 fps is 30000/1001, and drifts when it isn't. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

export function toNumber(rational: Rational): number {
  return rational.num / rational.den;
}

/** How ffmpeg writes it on a command line: `30000/1001`. */
export function toArgument(rational: Rational): string {
  return `${rational.num}/${rational.den}`;
}

/** Reads `30000/1001` or `64:45`, as ffprobe prints them; undefined where a side is missing, zero or not a number. */
export function parseRational(text: string | undefined): Rational | undefined {
  const match = /^(\d+)[/:](\d+)$/.exec(text ?? '');
  if (!match) return undefined;
  const [num, den] = [Number(match[1]), Number(match[2])];
  return num > 0 && den > 0 ? { num, den } : undefined;
}
