import { expect, test } from 'vitest';
import { canMove, isEnded, JOB_STATUSES, sourcesOf } from '../../schema/job.ts';

test('the table of transitions', () => {
  const allowed = JOB_STATUSES.flatMap((from) =>
    JOB_STATUSES.filter((to) => canMove(from, to)).map((to) => `${from} > ${to}`),
  );
  expect(allowed).toEqual([
    'queued > processing',
    'queued > failed',
    'queued > canceled',
    'processing > queued',
    'processing > completed',
    'processing > failed',
    'processing > canceled',
  ]);
});

test('a job that has ended stays as it is', () => {
  expect(JOB_STATUSES.filter(isEnded)).toEqual(['completed', 'failed', 'canceled']);
  for (const to of JOB_STATUSES) expect(sourcesOf(to).some(isEnded)).toBe(false);
});
