import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_PROGRAMS } from './programs.mjs';
import { runInstaller } from './run.mjs';

const VERSION = '2.10.22';
const RELEASES = 'https://github.com/nats-io/nats-server/releases/download';
const DOWNLOAD_TIMEOUT_MS = 120_000;

/** SHA-256 of the release archives; the same values stand in the Dockerfile of the official image of this version. */
const CHECKSUMS = {
  'linux-amd64': 'db0b3ccbe4cbdd3872ae7486ec4f6b0f85824632a0789f4da2e0a8518390483e',
  'linux-arm64': 'b4da77b2b194dc5fcf13a1df0dad59ba7e87ae4423f254c50534015b7c8a2369',
};

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
const SYSTEM = `${process.platform}-${ARCHITECTURES[process.arch]}`;

/** True when there is a release for this machine whose checksum we know. */
export function hasRelease() {
  return Object.hasOwn(CHECKSUMS, SYSTEM);
}

/**
 * Downloads the pinned nats-server into .data/bin; says so and changes nothing when it can't be reached or is not what
 * was pinned.
 */
export async function downloadNats(releases = RELEASES, folder = OWN_PROGRAMS, checksum = CHECKSUMS[SYSTEM]) {
  const name = `nats-server-v${VERSION}-${SYSTEM}`;
  const url = `${releases}/v${VERSION}/${name}.tar.gz`;
  console.error(`Downloading ${url} …`);
  const archive = await fetchBytes(url);
  if (archive === undefined) return;
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== checksum) {
    console.error(`✖ The download is not the pinned release: SHA-256 ${actual} instead of ${checksum}.`);
    return;
  }
  mkdirSync(folder, { recursive: true });
  const unpacked = mkdtempSync(join(folder, 'unpack-'));
  try {
    writeFileSync(join(unpacked, 'archive.tar.gz'), archive);
    const untar = ['tar', '-xzf', join(unpacked, 'archive.tar.gz'), '-C', unpacked, `${name}/nats-server`];
    if ((await runInstaller('nats-server', untar)) !== 0) return;
    chmodSync(join(unpacked, name, 'nats-server'), 0o755);
    renameSync(join(unpacked, name, 'nats-server'), join(folder, 'nats-server'));
  } finally {
    rmSync(unpacked, { recursive: true });
  }
}

async function fetchBytes(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    console.error(`✖ The download failed: HTTP ${response.status}.`);
  } catch (error) {
    console.error(`✖ The download failed: ${error.cause?.message ?? error.message}.`);
  }
  return undefined;
}
