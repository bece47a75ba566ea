import type { MouthTrajectory } from './articulation.ts';

/**
 * The same words with more or less lip work: opening and width times `strength` (0.5 mumbles, 1 leaves everything as it is, 1.5
 * declaims). Both are measured from rest, so a resting mouth stays at rest; contacts don't change, so p, b, m seal and f, v touch
 * however softly one speaks.
 */
export function emphasised(trajectory: MouthTrajectory, strength: number): MouthTrajectory {
  if (strength === 1) return trajectory;
  return {
    ...trajectory,
    opening: trajectory.opening.map((value) => value * strength),
    width: trajectory.width.map((value) => value * strength),
  };
}
