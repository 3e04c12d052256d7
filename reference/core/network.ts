/** The networks by their genesis hash, and what depends on them. */
export type NetworkName = 'main' | 'test' | 'regtest';

export interface BitcoinNetwork {
  readonly name: NetworkName;
  /** Human-readable part of addresses (BIP-173). */
  readonly addressPrefix: string;
}

const NETWORKS: Readonly<Record<string, BitcoinNetwork>> = {
  '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f': { name: 'main', addressPrefix: 'bc' },
  '000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943': { name: 'test', addressPrefix: 'tb' },
  '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206': { name: 'regtest', addressPrefix: 'bcrt' },
};

/** The network whose block 0 has the hash `genesis` (as RPC prints it), if it is one of the three. */
export function networkOf(genesis: string): BitcoinNetwork | undefined {
  return Object.hasOwn(NETWORKS, genesis) ? NETWORKS[genesis] : undefined;
}
