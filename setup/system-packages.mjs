import { spawnSync } from 'node:child_process';
import { downloadNats, hasRelease } from './nats-download.mjs';
import { SetupProblem } from './problem.mjs';
import { isOnPath, missingPrograms } from './programs.mjs';
import { runInstaller } from './run.mjs';

const WHY = {
  ffmpeg: 'ffmpeg with libx264 (reads and writes video)',
  'nats-server': 'nats-server (hands jobs to workers)',
  curl: 'curl (runs the examples of the documentation)',
};

/** Package managers in the order in which they are looked for. The package names are the same for all of them. */
const MANAGERS = [
  {
    program: 'apt-get',
    asRoot: true,
    // Waits for an unattended upgrade to let go of the package database.
    steps: (packages) => [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages],
    ],
  },
  { program: 'dnf', asRoot: true, steps: (packages) => packages.map((name) => ['dnf', 'install', '-y', name]) },
  { program: 'pacman', asRoot: true, steps: (packages) => [['pacman', '-Sy', '--noconfirm', '--needed', ...packages]] },
  { program: 'brew', asRoot: false, steps: (packages) => [['brew', 'install', ...packages]] },
];

/**
 * Installs the programs with the system's package manager; nats-server also from its release page. Throws a
 * `SetupProblem` that says what to type when that is not possible.
 * @param {string[]} names
 */
export async function installPrograms(names) {
  const manager = MANAGERS.find(({ program }) => isOnPath(program));
  const prefix = manager && rights(manager);
  if (prefix) {
    console.error(`Installing ${names.map((name) => WHY[name]).join(' and ')} with ${manager.program} …`);
    for (const step of manager.steps(names)) {
      await runInstaller(step.slice(0, 2).join(' '), [...prefix, ...step], {
        ...process.env,
        DEBIAN_FRONTEND: 'noninteractive',
      });
    }
  }
  if (missingPrograms(names).includes('nats-server') && hasRelease()) await downloadNats();
  const missing = missingPrograms(names);
  if (missing.length === 0) return;
  throw new SetupProblem(
    `Missing on this machine: ${missing.map((name) => WHY[name]).join(' and ')}.`,
    instructions(missing, manager, prefix),
  );
}

/** What to put before a command to run it with the manager's rights; `undefined` when we have none. */
function rights(manager) {
  if (!manager.asRoot || process.getuid?.() === 0) return [];
  const sudo = isOnPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return sudo ? ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'] : undefined;
}

function instructions(missing, manager, prefix) {
  const byHand = [
    ...(missing.includes('ffmpeg') ? ['ffmpeg: https://ffmpeg.org/download.html (a build with libx264)'] : []),
    ...(missing.includes('curl') ? ['curl: https://curl.se/download.html'] : []),
    ...(missing.includes('nats-server') ? ['nats-server: https://github.com/nats-io/nats-server/releases'] : []),
    'Put the programs on your PATH, then run the same command again.',
  ];
  if (!manager)
    return ['No package manager that this knows is here (apt-get, dnf, pacman, brew). Install by hand:', ...byHand];
  const commands = manager.steps(missing).map((step) => (manager.asRoot ? ['sudo', ...step] : step).join(' '));
  const why = prefix
    ? `${manager.program} did not bring it; the lines above tell why (is the network there?). To try again:`
    : 'This user may not install system packages. Ask somebody who may to run:';
  return [why, ...commands.map((command) => `  ${command}`), 'Or install by hand:', ...byHand];
}
