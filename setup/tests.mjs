import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNode } from './run.mjs';

/**
 * Runs vitest and prints how many tests passed and failed as the very last line. Fails also when no test ran.
 * @param {string[]} args what is handed on to vitest: file names, `-t`, `--project`
 */
export async function runTests(args) {
  const folder = join(ROOT, '.data', 'test-results');
  mkdirSync(folder, { recursive: true });
  const results = join(folder, `${process.pid}.json`);
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const code = await runNode([vitest, 'run', ...args, ...reporters]);
  try {
    const counts = count(JSON.parse(readFileSync(results, 'utf8')));
    if (code !== 0 && counts.failed === 0) {
      console.log(`The run failed outside of the tests (exit code ${code}); it counts as one failure.`);
      counts.failed = 1;
    }
    if (counts.passed + counts.failed === 0) console.log('No test ran; that counts as a failure.');
    console.log(summary(counts));
    return counts.failed > 0 || counts.passed === 0 ? code || 1 : 0;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    console.log(`vitest ended with exit code ${code} before it wrote its results.`);
    console.log(summary({ passed: 0, failed: 1, skipped: 0 }));
    return code || 1;
  } finally {
    rmSync(results, { force: true });
  }
}

/** A file that fails as a whole (it can't be loaded, or leaves something open) is one failure more. */
export function count(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    const failedBefore = counts.failed;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    if (file.status === 'failed' && counts.failed === failedBefore) counts.failed += 1;
  }
  return counts;
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
