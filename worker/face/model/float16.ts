const MANTISSA_STEPS = 1024;
const EXPONENT_BIAS = 15;
const LARGEST_EXPONENT = 31;

/** The value of 16 bits of IEEE 754 half precision, subnormals, infinities and NaN included. */
export function float16ToFloat32(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return (sign * 2 ** (1 - EXPONENT_BIAS) * mantissa) / MANTISSA_STEPS;
  if (exponent === LARGEST_EXPONENT) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - EXPONENT_BIAS) * (1 + mantissa / MANTISSA_STEPS);
}
