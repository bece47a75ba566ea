/** A picture as TensorFlow keeps it: rows of pixels of channels. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** Numbers between -1 and 1 that look random and are the same for the same seed. */
export function pictureOf(height: number, width: number, channels: number, seed: number): Picture {
  const data = Float32Array.from({ length: height * width * channels }, (_, i) => Math.sin((i + 1) * 12.9898 * seed));
  return { height, width, channels, data };
}

type Padding = 'SAME' | 'VALID';

/** TensorFlow's definition: where the window of an output starts, and how many outputs there are. */
function windows(length: number, kernel: number, stride: number, padding: Padding): number[] {
  const outputs = padding === 'SAME' ? Math.ceil(length / stride) : Math.ceil((length - kernel + 1) / stride);
  const before = padding === 'SAME' ? Math.floor(Math.max(0, (outputs - 1) * stride + kernel - length) / 2) : 0;
  return Array.from({ length: outputs }, (_, i) => i * stride - before);
}

/** The pixels of every window, `visit` once per output and channel in TensorFlow's order. */
function slide(
  picture: Picture,
  kernel: number,
  stride: number,
  padding: Padding,
  visit: (pixel: (row: number, column: number, channel: number) => number | undefined) => number[],
): Float32Array {
  const { height, width, channels, data } = picture;
  const outputs: number[] = [];
  for (const top of windows(height, kernel, stride, padding)) {
    for (const left of windows(width, kernel, stride, padding)) {
      const pixel = (row: number, column: number, channel: number) => {
        const inside = top + row >= 0 && top + row < height && left + column >= 0 && left + column < width;
        return inside ? data[((top + row) * width + left + column) * channels + channel] : undefined;
      };
      outputs.push(...visit(pixel));
    }
  }
  return Float32Array.from(outputs);
}

export interface Convolution {
  readonly kernel: number;
  /** Output channels, or of a depthwise convolution: outputs per channel. */
  readonly outputs: number;
  readonly stride: number;
  readonly padding: Padding;
  readonly depthwise: boolean;
}

/** `weights` are rows, columns, input channels, outputs. */
export function convolve(picture: Picture, convolution: Convolution, weights: Float32Array): Float32Array {
  const { kernel, outputs, stride, padding, depthwise } = convolution;
  const { channels } = picture;
  return slide(picture, kernel, stride, padding, (pixel) => {
    const sums = new Array<number>(depthwise ? channels * outputs : outputs).fill(0);
    for (let row = 0; row < kernel; row++) {
      for (let column = 0; column < kernel; column++) {
        for (let channel = 0; channel < channels; channel++) {
          for (let output = 0; output < outputs; output++) {
            const weight = weights[((row * kernel + column) * channels + channel) * outputs + output];
            sums[depthwise ? channel * outputs + output : output] += weight * (pixel(row, column, channel) ?? 0);
          }
        }
      }
    }
    return sums;
  });
}

export function pool(picture: Picture, kernel: number, stride: number, padding: Padding): Float32Array {
  return slide(picture, kernel, stride, padding, (pixel) =>
    Array.from({ length: picture.channels }, (_, channel) => {
      let largest = Number.NEGATIVE_INFINITY;
      for (let row = 0; row < kernel; row++) {
        for (let column = 0; column < kernel; column++) {
          largest = Math.max(largest, pixel(row, column, channel) ?? Number.NEGATIVE_INFINITY);
        }
      }
      return largest;
    }),
  );
}
