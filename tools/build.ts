import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// `npm run build`: JavaScript for production in dist/, with the files that the code reads when it runs.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Folders whose code reads files that lie beside it: models, SQL, the committed contract, voices. */
const FOLDERS_WITH_ASSETS = ['schema', 'platform', 'server', 'worker', 'presenter', 'migrations'];
const SOURCE = /\.(ts|md|py)$/;

rmSync(DIST, { recursive: true, force: true });
const compiler = spawn('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
const [code] = await once(compiler, 'exit');
if (code === 0) {
  for (const folder of FOLDERS_WITH_ASSETS.filter((name) => existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, folder), join(DIST, folder), { recursive: true, filter: (path) => !SOURCE.test(path) });
  }
  console.log(`Built into ${DIST}`);
}
process.exitCode = code === 0 ? 0 : 1;
