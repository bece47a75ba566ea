import { benchLiveliness } from './bench/liveliness.ts';
import { benchLong } from './bench/long.ts';
import { benchPipeline } from './bench/pipeline.ts';

// `npm run bench -- NAME [options]`: measures something on this machine, against something else in the same run.

const BENCHES: Record<string, (args: string[]) => Promise<void>> = {
  pipeline: benchPipeline,
  long: benchLong,
  liveliness: benchLiveliness,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  console.error(`npm run bench -- NAME [options], where NAME is one of: ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = 1;
} else {
  await bench(args);
}
