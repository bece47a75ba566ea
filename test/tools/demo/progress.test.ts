import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createProgressBar, progressLine } from '../../../tools/demo/progress.ts';

test('a progress line has the same length at every progress', () => {
  const empty = progressLine({ stage: 'RENDER', progress: 0, etaSeconds: null });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (progress) => {
      expect(progressLine({ stage: 'RENDER', progress, etaSeconds: null })).toHaveLength(empty.length);
    }),
  );
});

test('a progress line tells stage, per cent and the time left', () => {
  const line = progressLine({ stage: 'RENDER', progress: 0.5, etaSeconds: 3.2 });
  expect(line).toBe(`${'█'.repeat(14)}${'░'.repeat(14)}  50 %  render  about 4 s left`);
});

test('without a terminal a line is printed for a new stage and every tenth of progress, and nothing is redrawn', () => {
  const lines: string[] = [];
  const bar = createProgressBar({ isTTY: false, write: (text) => lines.push(text) });
  for (const progress of [0, 0.05, 0.1, 0.15, 0.2]) bar.show({ stage: 'RENDER', progress, etaSeconds: null });
  bar.show({ stage: 'VERIFY', progress: 0.21, etaSeconds: null });
  bar.end();
  expect(lines.map((line) => /(\d+) % {2}(\w+)\n$/.exec(line)?.slice(1))).toEqual([
    ['0', 'render'],
    ['10', 'render'],
    ['20', 'render'],
    ['21', 'verify'],
  ]);
});

test('on a terminal the line is drawn over, and ended once', () => {
  const written: string[] = [];
  const bar = createProgressBar({ isTTY: true, write: (text) => written.push(text) });
  bar.show({ stage: 'RENDER', progress: 0, etaSeconds: null });
  bar.show({ stage: 'RENDER', progress: 0.01, etaSeconds: null });
  bar.end();
  expect(written).toHaveLength(3);
  expect(written[1].startsWith('\r')).toBe(true);
  expect(written[2]).toBe('\n');
});
