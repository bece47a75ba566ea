/** How open a mouth is, and how much fine detail its picture holds (`detailEnergy`). */
export interface MouthDetail {
  readonly opening: number;
  readonly energy: number;
}

/** So many source frames, the most alike, stand for what the mouth looks like at an opening: a single one may be blurred by motion. */
const COMPARED_FRAMES = 5;

/**
 * The detail of a result's mouths over that of the source's. Teeth and the dark of an open mouth are detail too, so each mouth is
 * compared with the source's where it is about as open: else a result that talks more than its source would pass as sharper.
 * `undefined` without mouths on both sides, or when the source's are flat.
 */
export function relativeDetail(result: readonly MouthDetail[], source: readonly MouthDetail[]): number | undefined {
  const byOpening = [...source].sort((a, b) => a.opening - b.opening);
  let shown = 0;
  let expected = 0;
  for (const { opening, energy } of result) {
    const alike = mostAlike(byOpening, opening);
    shown += energy;
    expected += alike.reduce((sum, mouth) => sum + mouth.energy, 0) / alike.length;
  }
  return expected > 0 ? shown / expected : undefined;
}

function mostAlike(byOpening: readonly MouthDetail[], opening: number): readonly MouthDetail[] {
  let start = byOpening.findIndex((mouth) => mouth.opening >= opening);
  if (start < 0) start = byOpening.length;
  let end = start;
  while (end - start < Math.min(COMPARED_FRAMES, byOpening.length)) {
    const below = start > 0 ? opening - byOpening[start - 1].opening : Number.POSITIVE_INFINITY;
    const above = end < byOpening.length ? byOpening[end].opening - opening : Number.POSITIVE_INFINITY;
    if (below < above) start--;
    else end++;
  }
  return byOpening.slice(start, end);
}
