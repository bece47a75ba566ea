import { SHAPE_LENGTH } from './face-points.ts';
import type { SkinTone } from './inner-mouth.ts';

/** What is kept of one source frame: about 1.5 KB, whatever the picture's size. */
export interface FrameFacts {
  /** The kept landmarks in pixels of the frame; see `keepPoints`. */
  readonly shape: Float32Array;
  /** Mean colour of cheeks and chin. */
  readonly skin: SkinTone;
  /** Laplacian energy of the lower face: drops when the frame is blurred. */
  readonly sharpness: number;
  /** Noise of smooth skin, standard deviation in luma steps. */
  readonly noise: number;
  /** The face's track: the same number means the same face with no cut in between. */
  readonly track: number;
}

const FIRST_CAPACITY = 256;
const SCALARS = 6;

/** The facts of all frames of a clip, in flat arrays that grow. A frame without a face takes a place too. */
export class ClipTrack {
  length = 0;
  #shapes = new Float32Array(FIRST_CAPACITY * SHAPE_LENGTH);
  #scalars = new Float32Array(FIRST_CAPACITY * SCALARS);
  #faces = new Uint8Array(FIRST_CAPACITY);

  push(facts: FrameFacts | undefined): void {
    const frame = this.length++;
    this.#grow();
    if (!facts) return;
    this.#faces[frame] = 1;
    this.#shapes.set(facts.shape, frame * SHAPE_LENGTH);
    const { skin, sharpness, noise, track } = facts;
    this.#scalars.set([skin.y, skin.u, skin.v, sharpness, noise, track], frame * SCALARS);
  }

  hasFace(frame: number): boolean {
    return this.#faces[frame] === 1;
  }

  /** A view of the frame's kept points; writing to it changes the track. */
  shape(frame: number): Float32Array {
    return this.#shapes.subarray(frame * SHAPE_LENGTH, (frame + 1) * SHAPE_LENGTH);
  }

  /** The kept points of all frames, one after the other. */
  get shapes(): Float32Array {
    return this.#shapes;
  }

  skin(frame: number): SkinTone {
    const at = frame * SCALARS;
    return { y: this.#scalars[at], u: this.#scalars[at + 1], v: this.#scalars[at + 2] };
  }

  sharpness(frame: number): number {
    return this.#scalars[frame * SCALARS + 3];
  }

  noise(frame: number): number {
    return this.#scalars[frame * SCALARS + 4];
  }

  track(frame: number): number {
    return this.#scalars[frame * SCALARS + 5];
  }

  /** Runs of frames that follow each other in one take and all hold the face, as [first, end). */
  *stretches(): Generator<readonly [number, number]> {
    let first = -1;
    for (let frame = 0; frame <= this.length; frame++) {
      const inside = frame < this.length && this.hasFace(frame);
      if (first >= 0 && (!inside || this.track(frame) !== this.track(first))) {
        yield [first, frame];
        first = -1;
      }
      if (inside && first < 0) first = frame;
    }
  }

  #grow(): void {
    if (this.length <= this.#faces.length) return;
    const capacity = this.#faces.length * 2;
    this.#shapes = enlarged(this.#shapes, capacity * SHAPE_LENGTH);
    this.#scalars = enlarged(this.#scalars, capacity * SCALARS);
    const faces = new Uint8Array(capacity);
    faces.set(this.#faces);
    this.#faces = faces;
  }
}

function enlarged(values: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> {
  const copy = new Float32Array(length);
  copy.set(values);
  return copy;
}
