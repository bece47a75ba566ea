import { cpSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TemporaryDirectory, temporaryDirectory } from '../../setup/services/temporary.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What a clone doesn't have; the packages are linked instead of copied. */
const LEFT_BEHIND = new Set(['node_modules', '.git', '.data', 'out', 'dist']);

/** A copy of this checkout with a state of its own, in which commands can be run as a newcomer runs them. */
export function copyCheckout(): TemporaryDirectory {
  const checkout = temporaryDirectory('talk-v2v-checkout-');
  for (const name of readdirSync(ROOT).filter((name) => !LEFT_BEHIND.has(name))) {
    cpSync(join(ROOT, name), join(checkout.path, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(checkout.path, 'node_modules'));
  return checkout;
}
