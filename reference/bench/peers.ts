/** Peers that `make bench` brings into out/peers/, because their packages are of use for nothing else. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const PEERS = join(import.meta.dirname, '../../out/peers/package.json');

/** Modules of bcoin and its parts; `undefined` where they could not be brought. */
export function fromBcoin<T>(load: (require: NodeJS.Require) => T): T | undefined {
  try {
    return load(createRequire(PEERS));
  } catch {
    return undefined;
  }
}
