/** For tests: a D-TA on a simulated chain. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { SimulatedNode } from '../chain/simulated-node.ts';
import { bytesToHex } from '../core/hex.ts';
import { encodePayload } from '../core/payload.ts';
import { anchorPublicKey, makeSecrets, type EntitySecrets } from './secrets.ts';
import { Entropy } from '../runtime/entropy.ts';
import type { Launch } from '../runtime/launch.ts';
import type { EntityState } from './state.ts';
import { launchConfiguration } from '../runtime/launch-fixture.ts';
import { openLog, type Logger } from '../runtime/log.ts';

export const silentLog: Logger = openLog('dta', { write: () => undefined });

/** Enough for any test; asked for is what `fundingNeeded(2)` says. */
export const FUNDS = 81_400;

export function testSecrets(): EntitySecrets {
  return makeSecrets('dta', new Entropy(randomBytes), {});
}

/** The launch of a D-TA whose chain is `node`. */
export function testLaunch(node: { readonly genesis: string }, dataDir = '/nonexistent', changes: object = {}): Launch {
  const configuration = launchConfiguration();
  const { genesis } = node;
  const checkpoint = { height: 0, hash: genesis };
  const options = {
    name: 'Test D-TA',
    operator: { legal_name: 'Test', jurisdiction: 'GB', contact: 'mailto:test@example.org' },
    ...changes,
  };
  return {
    configuration: {
      ...configuration,
      data_dir: dataDir,
      chain: { ...configuration.chain, genesis, checkpoint },
      options,
    },
    network: { name: 'regtest', addressPrefix: 'bcrt' },
    backend: { rpc: { url: '', user: '', password: '' } },
  };
}

/** Has a heartbeat anchored, as the log and the canary will. */
export function beat(state: EntityState, digest: number, tripped?: true): void {
  const entityId = sha256(utf8ToBytes(state.birth?.record ?? ''));
  const payload = encodePayload({ kind: 'STATUS', digest: new Uint8Array(32).fill(digest), entityId });
  state.enqueue({ kind: 'STATUS', payload: bytesToHex(payload), ...(tripped && { tripped }) });
}

/** Pays what the D-TA asks for at birth. */
export function fund(node: SimulatedNode, secrets: EntitySecrets, value: number = FUNDS): string {
  return node.pay(anchorPublicKey(secrets), value);
}
