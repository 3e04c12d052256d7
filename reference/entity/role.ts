/** What a role adds to an entity: services of its own, and what they need of the chain. */
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import type { ChainBackend, ChainTip } from '../chain/chain-backend.ts';
import type { Clock } from '../runtime/clock.ts';
import type { DataDirectory } from '../runtime/data-directory.ts';
import type { GrpcService } from '../runtime/grpc-host.ts';
import type { Launch } from '../runtime/launch.ts';
import type { Logger } from '../runtime/log.ts';
import type { EntityRole } from './secrets.ts';

export interface RoleParts {
  /** Of the entity. */
  readonly directory: DataDirectory;
  readonly launch: Launch;
  /** Of a relay: 32 octets, the key that pays for registrations. */
  readonly coinKey: Uint8Array;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onFault: (error: unknown) => void;
  /** @throws MdtError MDT_NOT_READY while the record is not served */
  readonly expectServed: () => void;
}

/** Coin that a role lacks, beside what its lineage may lack. */
export interface Lacking {
  readonly address: string;
  readonly missingSat: number;
}

/** How an entity reaches Bitcoin. */
export interface Connected {
  readonly chain: ChainBackend;
  /** The same, where it is a node of its own: what adds work to an entity needs one (MDT_LAUNCH, runtime/launch.ts). */
  readonly node?: BitcoinNode;
}

export interface RoleWork {
  readonly service: GrpcService;
  connect(node: BitcoinNode): void;
  /** Called at each block, and at each beat while the record is served, one call at a time. */
  atTip(tip: ChainTip): Promise<void>;
  lacks(): Lacking | undefined;
  close(): void;
}

export interface Role {
  readonly name: EntityRole;
  /** @throws MdtError MDT_STATE where what it keeps is damaged */
  readonly open?: (parts: RoleParts) => RoleWork;
}
