/** For tests: Bitcoin by relays on a simulated chain. */
import type { BitcoinNode } from '../chain/bitcoin-node.ts';

import { RelayBackend } from '../chain/relays/relay-backend.ts';
import { ownChain, type OwnChain } from '../core/own-chain.ts';
import type { TestRelay } from './test-relay.ts';

const opened: RelayBackend[] = [];

/** Closes what `byRelays` opened. */
export function closeAll(): void {
  for (const backend of opened.splice(0)) backend.close();
}

/** A simulated chain as an entity's own: its rules are those of regtest, its block 0 is not. */
async function simulatedChain(node: BitcoinNode): Promise<OwnChain> {
  const hash = await node.blockHash(0);
  const { parameters, checkpoint } = ownChain('regtest');
  const header = await node.headerHex(hash);
  return { parameters: { ...parameters, genesis: hash }, checkpoint: { ...checkpoint, hash, header } };
}

export async function byRelays(node: BitcoinNode, urls: readonly string[]): Promise<RelayBackend> {
  const own = await simulatedChain(node);
  const { genesis } = own.parameters;
  const backend = new RelayBackend(urls, { genesis, checkpoint: { height: 0, hash: genesis } }, own);
  opened.push(backend);
  return backend;
}

export function urlOf(relay: TestRelay): string {
  return `grpc://${relay.address}`;
}
