import type { EvaluationRow } from './child-run.ts';
import { baseName } from './plan-runs.ts';

interface Column {
  readonly title: string;
  readonly text: (row: EvaluationRow) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'video', text: ({ video }) => baseName(video) },
  {
    title: 'voice',
    text: (row) => (row.kind === 'own' ? 'its own' : row.kind === 'other' ? baseName(row.voice) : row.kind),
  },
  { title: 'frames', text: number('frames', 0) },
  { title: 'fidelity', text: number('fidelity', 2) },
  { title: 'width', text: number('widthFidelity', 2) },
  { title: 'sync', text: number('syncOffsetFrames', 1) },
  { title: 'own opening', text: number('openingCorrelation', 2) },
  { title: 'own width', text: number('widthCorrelation', 2) },
  { title: 'seals found', text: number('closureRecall', 2) },
  { title: 'seals right', text: number('closurePrecision', 2) },
  { title: 'silence', text: number('silenceMotion', 2) },
  { title: 'rest', text: number('restSpread', 3) },
  { title: 'sharpness', text: number('sharpness', 2) },
  { title: 'flicker', text: number('flicker', 2) },
  { title: 'seam', text: number('seam', 2) },
  { title: 'outside', text: number('outsideMaxDiff', 0) },
  { title: 'dB', text: number('outsidePsnrDb', 1) },
  { title: 'f/s', text: number('framesPerSecond', 0) },
  { title: 'MB', text: number('peakRssMb', 0) },
];

/** The rows as a Markdown table, in their order. A row that ended in an error says its code instead of measures. */
export function markdownTable(rows: readonly EvaluationRow[]): string {
  const [video, voice, ...measures] = COLUMNS;
  const lines = rows.map((row) => {
    const cells = row.error
      ? [`\`${row.error.code}\``, ...measures.slice(1).map(() => '')]
      : measures.map((column) => column.text(row));
    return line([video.text(row), voice.text(row), ...cells]);
  });
  const head = [line(COLUMNS.map(({ title }) => title)), line(COLUMNS.map((_, k) => (k < 2 ? '---' : '---:')))];
  return `${[...head, ...lines].join('\n')}\n`;
}

/** The middle value of each measure over the rows that have it, as one line to read first. */
export function medianRow(rows: readonly EvaluationRow[], title: string): EvaluationRow {
  const values = new Map<string, number[]>();
  for (const { measures } of rows) {
    for (const [name, value] of Object.entries(measures)) {
      if (typeof value === 'number') values.set(name, [...(values.get(name) ?? []), value]);
    }
  }
  const measures = Object.fromEntries([...values].map(([name, all]) => [name, median(all)]));
  return { id: title, kind: 'other', video: title, voice: `${rows.length} runs`, measures };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

function number(name: string, digits: number): (row: EvaluationRow) => string {
  return ({ measures }) => {
    const value = measures[name];
    return typeof value === 'number' ? value.toFixed(digits) : typeof value === 'string' ? value : '';
  };
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
