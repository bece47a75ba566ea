import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from './problem.mjs';
import { ROOT, runInstaller } from './run.mjs';

/**
 * True when node_modules holds exactly what package-lock.json asks for. npm notes what it installed in a lock file of
 * its own, written last; so an install that was interrupted counts as none.
 */
export function packagesAreInstalled() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other systems are optional and stay away.
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function installPackages() {
  // npm ci would empty the folder that the link points to, which others use.
  if (lstatSync(join(ROOT, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new SetupProblem(
      'node_modules is a link to a folder that holds other packages than package-lock.json names.',
      ['Remove the link, then run the same command again.'],
    );
  }
  console.error('Installing the npm packages that package-lock.json names (some 700 MB on the disk, once) …');
  refuseMusl();
  // The install script of onnxruntime-node would fetch GPU libraries of some hundred megabytes; the CPU needs none.
  const environment = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const code = await runInstaller('npm packages', [...npm, 'ci', '--include=dev', '--include=optional'], environment);
  if (code === 0) return;
  throw new SetupProblem('The npm packages could not be installed.', [
    'npm must reach its registry (npm config get registry). The lines above tell why it failed.',
    'When that is put right, run the same command again.',
  ]);
}

/** PostgreSQL and ONNX Runtime come from npm as programs for glibc. */
function refuseMusl() {
  if (process.platform !== 'linux' || process.report.getReport().header.glibcVersionRuntime !== undefined) return;
  throw new SetupProblem('This Linux has no glibc (Alpine?), which the PostgreSQL and ONNX Runtime packages need.', [
    'Use a Debian- or Ubuntu-based system or image, for example node:22-bookworm-slim.',
  ]);
}
