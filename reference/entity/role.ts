/** What a role adds to an entity: services of its own, and what they need of the chain. */
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import type { ChainBackend, ChainTip } from '../chain/chain-backend.ts';
import type { Clock } from '../runtime/clock.ts';
import type { DataDirectory } from '../runtime/data-directory.ts';
import type { OtherPaths, Resource } from '../runtime/http-host.ts';
import type { GrpcService } from '../runtime/grpc-host.ts';
import type { Launch } from '../runtime/launch.ts';
import type { Representation } from '../runtime/representation.ts';
import type { Logger } from '../runtime/log.ts';
import type { LogEntry, LogPromise } from '../gen/schemas.ts';
import type { Publication } from './publication.ts';
import type { EntityRole, EntitySecrets } from './secrets.ts';

export interface RoleParts {
  /** Of the entity. */
  readonly directory: DataDirectory;
  readonly launch: Launch;
  readonly secrets: EntitySecrets;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onFault: (error: unknown) => void;
  /** @throws MdtError MDT_NOT_READY while the record is not served */
  readonly served: () => Served;
  /**
   * Enters into the activity log what was done; `time` is that of the entry.
   * @throws MdtError MDT_NOT_READY; MDT_RETIRED once the end is declared; MDT_STATE where nothing can be written
   */
  readonly enter: (entry: Omit<LogEntry, 'time'>) => Promise<LogPromise>;
}

/** The record in force, as it is shown, and the key that it names. */
export interface Served {
  readonly publication: Publication;
  /** Secret `keys.anchor`, 32 octets. */
  readonly anchorKey: Uint8Array;
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
  readonly service?: GrpcService;
  /** Answers HTTP requests for paths of its own. */
  readonly http?: OtherPaths;
  /** What is served beside what every entity serves. */
  readonly resources?: readonly Resource[];
  /** The metadata of the entity, where its role makes it. */
  readonly metadata?: () => Representation;
  /** What it does at control lines that no other role knows, by their names; each rejects with the code of its answer. */
  readonly controls?: ReadonlyMap<string, () => Promise<void>>;
  connect(node: BitcoinNode): void;
  /** Called at each block, and at each beat while the record is served, one call at a time. */
  atTip(tip: ChainTip): Promise<void>;
  lacks(): Lacking | undefined;
  close(): void;
}

export interface Role {
  readonly name: EntityRole;
  /** @throws MdtError MDT_STATE where what it keeps is damaged */
  readonly open?: (parts: RoleParts) => RoleWork | Promise<RoleWork>;
}
