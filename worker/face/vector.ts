import type { Landmarks } from './landmarks.ts';

/** A direction or place in the frame's space: x to the right, y down, z away from the camera. */
export type Vector = readonly [x: number, y: number, z: number];

export function landmark(points: Landmarks, index: number): Vector {
  return [points[3 * index], points[3 * index + 1], points[3 * index + 2]];
}

export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function length(a: Vector): number {
  return Math.hypot(a[0], a[1], a[2]);
}

export function scaled(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function distance(points: Landmarks, a: number, b: number): number {
  return length(subtract(landmark(points, a), landmark(points, b)));
}
