/** A picture with transparency that stands somewhere on the presenter: display values 0–255, premultiplied by alpha 0–1. */
export interface Layer {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerCm: number;
  /** Where the middle of the first pixel lies, in cm. */
  readonly left: number;
  readonly top: number;
  /** Red, green, blue, alpha of each pixel, row by row. */
  readonly pixels: Float32Array;
}

export function createLayer(left: number, top: number, right: number, bottom: number, pixelsPerCm: number): Layer {
  const width = Math.ceil((right - left) * pixelsPerCm);
  const height = Math.ceil((bottom - top) * pixelsPerCm);
  return { width, height, pixelsPerCm, left, top, pixels: new Float32Array(width * height * 4) };
}

/** Paints `red, green, blue` (0–255) with opacity `alpha` over pixel `index` of the layer. */
export function over(layer: Layer, index: number, red: number, green: number, blue: number, alpha: number): void {
  const p = layer.pixels;
  const at = index * 4;
  const keep = 1 - alpha;
  p[at] = p[at] * keep + red * alpha;
  p[at + 1] = p[at + 1] * keep + green * alpha;
  p[at + 2] = p[at + 2] * keep + blue * alpha;
  p[at + 3] = p[at + 3] * keep + alpha;
}

/** A soft round dab of a brush, `radius` in pixels, at a place in cm. */
export function dab(
  layer: Layer,
  x: number,
  y: number,
  radius: number,
  colour: ArrayLike<number>,
  alpha: number,
): void {
  const cx = (x - layer.left) * layer.pixelsPerCm;
  const cy = (y - layer.top) * layer.pixelsPerCm;
  const reach = radius + 0.5;
  const x0 = Math.max(0, Math.ceil(cx - reach));
  const x1 = Math.min(layer.width - 1, Math.floor(cx + reach));
  const y0 = Math.max(0, Math.ceil(cy - reach));
  const y1 = Math.min(layer.height - 1, Math.floor(cy + reach));
  for (let py = y0; py <= y1; py++) {
    for (let px = x0; px <= x1; px++) {
      const coverage = Math.min(1, reach - Math.hypot(px - cx, py - cy));
      if (coverage > 0) over(layer, py * layer.width + px, colour[0], colour[1], colour[2], alpha * coverage);
    }
  }
}

/** Blurs a single-channel picture with three passes of a box, close to a Gaussian of `radius` pixels. */
export function blur(source: Float32Array, width: number, height: number, radius: number): Float32Array {
  const r = Math.max(1, Math.round(radius));
  let from = Float32Array.from(source);
  let to = new Float32Array(source.length);
  for (let pass = 0; pass < 3; pass++) {
    for (const [lines, length, lineStep, step] of [
      [height, width, width, 1],
      [width, height, 1, width],
    ]) {
      for (let line = 0; line < lines; line++) boxLine(from, to, line * lineStep, step, length, r);
      [from, to] = [to, from];
    }
  }
  return from;
}

function boxLine(from: Float32Array, to: Float32Array, start: number, step: number, length: number, r: number): void {
  const at = (i: number) => from[start + Math.min(length - 1, Math.max(0, i)) * step];
  let sum = 0;
  for (let i = -r; i <= r; i++) sum += at(i);
  for (let i = 0; i < length; i++) {
    to[start + i * step] = sum / (2 * r + 1);
    sum += at(i + r + 1) - at(i - r);
  }
}
