import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { contractFiles, firstDifference } from '../../tools/contract.ts';

test.each(contractFiles().map((file) => [basename(file.path), file] as const))(
  'schema/%s says what the code offers',
  async (_name, { path, content }) => {
    expect(firstDifference(await readFile(path, 'utf8'), content)).toBeUndefined();
  },
);

test('a difference is named by its first line', () => {
  expect(firstDifference('a\nb\nc', 'a\nb\nc')).toBeUndefined();
  expect(firstDifference('a\nb\nc', 'a\nx\nc')).toBe('line 2:\n  committed: b\n  code says: x');
  expect(firstDifference('a\nb', 'a')).toContain('line 2');
  expect(firstDifference('a', 'a\nb')).toContain('line 2');
});
