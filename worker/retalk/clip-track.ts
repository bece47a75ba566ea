import { SHAPE_LENGTH } from './face-points.ts';
import type { SkinTone } from './inner-mouth.ts';
import { SPOT_VALUES } from './occlusion.ts';

/** What is kept of one source frame: about 1.6 KB, whatever the picture's size. */
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
  /** 0 to 1: how sure the landmark model is that this is a face. */
  readonly presence: number;
  /** What the surroundings of the mouth look like; see `spotColours`. */
  readonly spots: Uint8Array;
}

const FIRST_CAPACITY = 256;
const SCALARS = 7;

/** The facts of all frames of a clip, in flat arrays that grow. A frame without a face takes a place too. */
export class ClipTrack {
  length = 0;
  #shapes = new Float32Array(FIRST_CAPACITY * SHAPE_LENGTH);
  #scalars = new Float32Array(FIRST_CAPACITY * SCALARS);
  #faces = new Uint8Array(FIRST_CAPACITY);
  #shots = new Int32Array(FIRST_CAPACITY);
  #spots = new Uint8Array(FIRST_CAPACITY * SPOT_VALUES);

  /** `shot`: frames of one number lie between the same two cuts. */
  push(facts: FrameFacts | undefined, shot: number): void {
    const frame = this.length++;
    this.#grow();
    this.#shots[frame] = shot;
    if (!facts) return;
    this.#faces[frame] = 1;
    this.#shapes.set(facts.shape, frame * SHAPE_LENGTH);
    this.#spots.set(facts.spots, frame * SPOT_VALUES);
    const { skin, sharpness, noise, track, presence } = facts;
    this.#scalars.set([skin.y, skin.u, skin.v, sharpness, noise, track, presence], frame * SCALARS);
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

  presence(frame: number): number {
    return this.#scalars[frame * SCALARS + 6];
  }

  spots(frame: number): Uint8Array {
    return this.#spots.subarray(frame * SPOT_VALUES, (frame + 1) * SPOT_VALUES);
  }

  shot(frame: number): number {
    return this.#shots[frame];
  }

  /** From now on the frame counts as one without a face. */
  forgetFace(frame: number): void {
    this.#faces[frame] = 0;
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
    this.#shapes = enlarged(this.#shapes, new Float32Array(capacity * SHAPE_LENGTH));
    this.#scalars = enlarged(this.#scalars, new Float32Array(capacity * SCALARS));
    this.#faces = enlarged(this.#faces, new Uint8Array(capacity));
    this.#shots = enlarged(this.#shots, new Int32Array(capacity));
    this.#spots = enlarged(this.#spots, new Uint8Array(capacity * SPOT_VALUES));
  }
}

function enlarged<T extends Float32Array | Uint8Array | Int32Array>(values: T, copy: T): T {
  copy.set(values);
  return copy;
}
