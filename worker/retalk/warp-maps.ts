import {
  ABOVE_LIPS_POINTS,
  CHEEK_POINTS,
  CHIN_POINTS,
  CHIN_TIP,
  JAW_POINTS,
  LOWER_INNER_POINTS,
  LOWER_OUTER_POINTS,
  NOSE_BASE,
  NOSTRILS,
  pointOf,
  STABLE_POINTS,
  UPPER_INNER_POINTS,
  UPPER_OUTER_POINTS,
} from './face-points.ts';
import { maskAt, outlineMask, type SoftPolygon } from './mask.ts';
import { type NodeGrid, nodeCount } from './node-grid.ts';
import { ScatteredField } from './scattered-field.ts';

/** Where the pixels of a region come from, as displacements at a grid's nodes. */
export interface NodeMap {
  dx: Float32Array;
  dy: Float32Array;
}

const NOSE = [NOSE_BASE, ...NOSTRILS];
const UPPER_LAYER = [
  ...new Set([...UPPER_INNER_POINTS, ...UPPER_OUTER_POINTS, ...ABOVE_LIPS_POINTS, ...CHEEK_POINTS, ...NOSE]),
];
const LOWER_LAYER = [...new Set([...LOWER_INNER_POINTS, ...LOWER_OUTER_POINTS, ...CHEEK_POINTS, ...CHIN_POINTS])];
const BASE_MOVING = [...new Set([...ABOVE_LIPS_POINTS, ...CHEEK_POINTS, ...CHIN_POINTS, ...JAW_POINTS])];
const BASE_FIXED = STABLE_POINTS;
/** Points of the neck below the chin: how far down, in heights from nose to chin, and how much of the chin's way they go. */
const NECK: readonly (readonly [number, number])[] = [
  [0.18, 0.75],
  [0.4, 0.3],
  [0.65, 0],
];
const NECK_SIDES = [-0.55, 0, 0.55];
const CAPACITY = 128;

/** Bending lengths and stiffness of the maps, in heights from nose to chin; lips bend within a few pixels, a jaw doesn't. */
const BASE_REACH = 0.35;
const LIP_REACH = 0.08;
const BASE_STIFFNESS = 0.02;
const LIP_STIFFNESS = 0.01;
/** The base's map fades to nothing over this share of the region's sides. */
const BORDER_SHARE = 0.14;
/** The same towards the outline of what talking moves, in heights from nose to chin; it ends a little inside, for jitter's sake. */
const OUTLINE_FEATHER = 0.3;
const OUTLINE_INSET = 0.12;

/** Computes the three maps of a frame: the base's own skin, and the exemplar's upper and lower half. */
export class WarpMaps {
  readonly base: NodeMap = emptyMap();
  readonly upper: NodeMap = emptyMap();
  readonly lower: NodeMap = emptyMap();
  readonly #field = new ScatteredField(CAPACITY);
  readonly #from = new Float64Array(CAPACITY * 2);
  readonly #to = new Float64Array(CAPACITY * 2);

  /** All shapes are kept points in pixels, `exemplar` those of its own frame. `strength` scales the base's movement. */
  set(grid: NodeGrid, base: Float32Array, target: Float32Array, exemplar: Float32Array, strength: number): void {
    for (const map of [this.base, this.upper, this.lower]) resize(map, nodeCount(grid));
    const height = noseToChin(base);
    this.#setBase(grid, base, target, height, strength);
    this.#setLayer(grid, UPPER_LAYER, target, exemplar, height, this.upper);
    this.#setLayer(grid, LOWER_LAYER, target, exemplar, height, this.lower);
  }

  #setBase(grid: NodeGrid, base: Float32Array, target: Float32Array, height: number, strength: number): void {
    let count = 0;
    for (const point of BASE_MOVING) this.#pair(count++, target, base, point);
    for (const point of BASE_FIXED) this.#pair(count++, base, base, point);
    count = this.#pairNeck(count, base, target, height);
    this.#field.fit(this.#from, this.#to, count, BASE_REACH * height, BASE_STIFFNESS);
    const { dx, dy } = this.base;
    this.#field.sample(grid.region.x, grid.region.y, grid.step, grid.columns, grid.rows, dx, dy);
    fadeToOutline(
      grid,
      this.base,
      outlineMask(base, OUTLINE_FEATHER * height, OUTLINE_INSET * height + grid.step),
      strength,
    );
  }

  #pairNeck(first: number, base: Float32Array, target: Float32Array, height: number): number {
    let count = first;
    const chin = CHIN_TIP * 3;
    const nose = NOSE_BASE * 3;
    const downX = (base[chin] - base[nose]) / height;
    const downY = (base[chin + 1] - base[nose + 1]) / height;
    const moveX = base[chin] - target[chin];
    const moveY = base[chin + 1] - target[chin + 1];
    for (const [down, share] of NECK) {
      for (const side of NECK_SIDES) {
        const x = base[chin] + height * (down * downX - side * downY);
        const y = base[chin + 1] + height * (down * downY + side * downX);
        const here = share * (side === 0 ? 1 : 0.5);
        this.#from[count * 2] = x - here * moveX;
        this.#from[count * 2 + 1] = y - here * moveY;
        this.#to[count * 2] = x;
        this.#to[count * 2 + 1] = y;
        count++;
      }
    }
    return count;
  }

  #setLayer(
    grid: NodeGrid,
    points: readonly number[],
    target: Float32Array,
    exemplar: Float32Array,
    height: number,
    map: NodeMap,
  ): void {
    let count = 0;
    for (const point of points) this.#pair(count++, target, exemplar, point);
    this.#field.fit(this.#from, this.#to, count, LIP_REACH * height, LIP_STIFFNESS);
    this.#field.sample(grid.region.x, grid.region.y, grid.step, grid.columns, grid.rows, map.dx, map.dy);
  }

  #pair(index: number, from: Float32Array, to: Float32Array, point: number): void {
    this.#from[index * 2] = from[point * 3];
    this.#from[index * 2 + 1] = from[point * 3 + 1];
    this.#to[index * 2] = to[point * 3];
    this.#to[index * 2 + 1] = to[point * 3 + 1];
  }
}

/** Pixels from the base of the nose to the tip of the chin. */
export function noseToChin(shape: ArrayLike<number>): number {
  const dx = shape[CHIN_TIP * 3] - shape[NOSE_BASE * 3];
  const dy = shape[CHIN_TIP * 3 + 1] - shape[NOSE_BASE * 3 + 1];
  return Math.max(Math.hypot(dx, dy), 1);
}

/** A face's width from ear to ear, pixels. */
export function faceWidth(shape: ArrayLike<number>): number {
  const dx = shape[LEFT_EAR * 3] - shape[RIGHT_EAR * 3];
  const dy = shape[LEFT_EAR * 3 + 1] - shape[RIGHT_EAR * 3 + 1];
  return Math.max(Math.hypot(dx, dy), 1);
}

const RIGHT_EAR = pointOf(234);
const LEFT_EAR = pointOf(454);

/** Displacements that nobody could see are dropped: an unmoved pixel then stays the very same byte. */
const INVISIBLE = 1 / 16;

/** Scales a map by `strength` and lets it end inside the outline and at the region's border. */
function fadeToOutline(grid: NodeGrid, map: NodeMap, outline: SoftPolygon, strength: number): void {
  const { region, step } = grid;
  let node = 0;
  for (let row = 0; row < grid.rows; row++) {
    const vertical = nearBorder(row * step, region.height);
    for (let column = 0; column < grid.columns; column++, node++) {
      const inside = maskAt(outline, region.x + column * step, region.y + row * step);
      const share = strength * inside * vertical * nearBorder(column * step, region.width);
      const dx = map.dx[node] * share;
      const dy = map.dy[node] * share;
      const seen = Math.hypot(dx, dy) > INVISIBLE ? 1 : 0;
      map.dx[node] = dx * seen;
      map.dy[node] = dy * seen;
    }
  }
}

function nearBorder(at: number, length: number): number {
  const t = Math.max(0, Math.min(1, Math.min(at, length - 1 - at) / (length * BORDER_SHARE)));
  return t * t * (3 - 2 * t);
}

function emptyMap(): NodeMap {
  return { dx: new Float32Array(0), dy: new Float32Array(0) };
}

function resize(map: NodeMap, nodes: number): void {
  if (map.dx.length >= nodes) return;
  map.dx = new Float32Array(nodes);
  map.dy = new Float32Array(nodes);
}
