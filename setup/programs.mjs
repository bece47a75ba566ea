import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './run.mjs';

/** Programs that no package manager put on this machine. */
export const OWN_PROGRAMS = join(ROOT, '.data', 'bin');
/** Debian puts nats-server into a folder that is only on root's PATH; Homebrew's is not on everybody's. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin', OWN_PROGRAMS];

/** The PATH, and the places where the programs that we need may be besides. */
export function searchPath() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...new Set([...folders, ...MORE_FOLDERS])].join(delimiter);
}

/**
 * Those of the programs that are not there, or can't do what we need of them.
 * @param {string[]} names
 */
export function missingPrograms(names) {
  return names.filter((name) => (name === 'ffmpeg' ? !ffmpegIsUsable() : !isOnPath(name)));
}

function ffmpegIsUsable() {
  if (!isOnPath('ffmpeg') || !isOnPath('ffprobe')) return false;
  const { stdout, status } = spawnSync('ffmpeg', ['-hide_banner', '-encoders'], { encoding: 'utf8' });
  // Fedora's own build, for one, comes without the H.264 encoder.
  return status === 0 && stdout.includes('libx264');
}

export function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(error.code)) return false;
    throw error;
  }
}
