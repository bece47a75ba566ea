import { expect, test } from 'vitest';
import type { EvaluationRow } from '../../../tools/eval/child-run.ts';
import { markdownTable, medianRow } from '../../../tools/eval/table.ts';

const row = (measures: Record<string, unknown>, more: Partial<EvaluationRow> = {}): EvaluationRow => ({
  id: 'id',
  kind: 'other',
  video: '/clips/talk.mp4',
  voice: '/voices/ko.wav',
  measures,
  ...more,
});

const cells = (line: string) => line.split('|').map((cell) => cell.trim());

test('a row names its files without their place and shows its measures under their titles', () => {
  const [head, , line] = markdownTable([row({ fidelity: 0.9049, outsideMaxDiff: 0 })]).split('\n');
  const at = (title: string) => cells(line)[cells(head).indexOf(title)];
  expect(at('video')).toBe('talk.mp4');
  expect(at('voice')).toBe('ko.wav');
  expect(at('fidelity')).toBe('0.90');
  expect(at('outside')).toBe('0');
  expect(at('sync')).toBe('');
});

test('a run that ended in an error shows the code and no measure', () => {
  const [head, , line] = markdownTable([
    row({ fidelity: 1 }, { error: { code: 'NO_FACE', message: 'No face.' } }),
  ]).split('\n');
  expect(line).toContain('`NO_FACE`');
  expect(cells(line)).toHaveLength(cells(head).length);
  expect(line).not.toContain('1.00');
});

test('the median leaves out rows that don’t have the measure', () => {
  const rows = [row({ fidelity: 0.2 }), row({}), row({ fidelity: 0.8, seam: 'Infinity' }), row({ fidelity: 0.9 })];
  expect(medianRow(rows, 'median').measures).toEqual({ fidelity: 0.8 });
});
