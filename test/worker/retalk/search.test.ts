import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cheapestPath, type PathProblem } from '../../../worker/retalk/search.ts';

interface Costs {
  readonly unary: readonly (readonly number[])[];
  readonly join: readonly number[];
  readonly exemplars: number;
}

const costs = fc.integer({ min: 1, max: 4 }).chain((exemplars) =>
  fc.record({
    exemplars: fc.constant(exemplars),
    unary: fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: exemplars, maxLength: exemplars }), {
      minLength: 1,
      maxLength: 5,
    }),
    join: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: exemplars ** 2, maxLength: exemplars ** 2 }),
  }),
);

function problemOf({ unary, join, exemplars }: Costs): PathProblem {
  return {
    frames: unary.length,
    exemplars,
    unary: (frame, out) => out.set(unary[frame]),
    join: Float32Array.from(join),
    successor: Int32Array.from({ length: exemplars }, (_, i) => (i + 1 < exemplars ? i + 1 : -1)),
  };
}

function costOf({ unary, join, exemplars }: Costs, path: ArrayLike<number>): number {
  let sum = 0;
  for (let frame = 0; frame < unary.length; frame++) {
    sum += unary[frame][path[frame]];
    if (frame > 0) sum += join[path[frame - 1] * exemplars + path[frame]];
  }
  return sum;
}

function cheapestByTrial(costs: Costs): number {
  const paths = costs.unary.reduce<number[][]>(
    (all) => all.flatMap((path) => Array.from({ length: costs.exemplars }, (_, i) => [...path, i])),
    [[]],
  );
  return Math.min(...paths.map((path) => costOf(costs, path)));
}

test('the path is as cheap as the best of all possible paths', async () => {
  await fc.assert(
    fc.asyncProperty(costs, async (given) => {
      const path = await cheapestPath(problemOf(given));
      expect(costOf(given, path)).toBe(cheapestByTrial(given));
    }),
  );
});

test('a pruned search still follows a run of neighbours whose pictures are not among the best', async () => {
  const exemplars = 30;
  const frames = 10;
  const join = new Float32Array(exemplars ** 2).fill(100);
  for (let i = 0; i + 1 < exemplars; i++) join[i * exemplars + i + 1] = 0;
  const path = await cheapestPath(
    {
      frames,
      exemplars,
      // The first frame wants exemplar 0; afterwards two far-away exemplars look a little better than its successors.
      unary: (frame, out) => {
        out.fill(10);
        if (frame === 0) out[0] = 0;
        else out[20] = out[25] = 9;
      },
      join,
      successor: Int32Array.from({ length: exemplars }, (_, i) => (i + 1 < exemplars ? i + 1 : -1)),
    },
    { candidates: 2 },
  );
  expect([...path]).toEqual(Array.from({ length: frames }, (_, i) => i));
});

test('no output frames give an empty path', async () => {
  const problem = problemOf({ unary: [], join: [0], exemplars: 1 });
  expect(await cheapestPath(problem)).toHaveLength(0);
});

test('a search over thousands of frames lets timers run and ends when its signal aborts', async () => {
  const abort = new AbortController();
  let timersRun = 0;
  const timer = setInterval(() => {
    timersRun++;
    if (timersRun === 2) abort.abort(new Error('enough'));
  }, 1);
  try {
    const exemplars = 150;
    const search = cheapestPath(
      {
        frames: 50_000,
        exemplars,
        unary: (frame, out) => out.fill(frame % 7),
        join: new Float32Array(exemplars ** 2),
        successor: new Int32Array(exemplars).fill(-1),
      },
      { signal: abort.signal },
    );
    await expect(search).rejects.toThrow('enough');
  } finally {
    clearInterval(timer);
  }
});
