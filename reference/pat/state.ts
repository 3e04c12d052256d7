/** What a verifier remembers between its runs (spec 7.2): the entities it verified, and its chain of headers. */
import { canonicalOctets } from '../core/canonical.ts';
import { parseJson } from '../core/json-parser.ts';
import { MdtError } from '../core/errors.ts';
import { HEADER_OCTETS } from '../core/block-header.ts';
import type { ChainedHeader } from '../core/chained-header.ts';
import type { HeaderChain } from '../core/header-chain.ts';
import { validate } from '../core/schema.ts';
import type { HeaderSource, KnownEntity, Memory } from '../core/verification/request.ts';
import type { ChainCheckpoint, HostedStatus } from '../gen/schemas.ts';
import { DataDirectory } from '../runtime/data-directory.ts';
import { splitHeaders } from '../core/verification/bundle-headers.ts';

/** Some 13 million headers. */
const MAX_HEADERS_OCTETS = 1024 * 1024 * 1024;
/** A reorganisation that goes back further than these cannot be followed any more. A new coin waits as long (100 blocks). */
const KEPT_HEADERS = 100;
const ENTITIES = 'entities.json';
const MEMBERS = ['entity_id', 'digest', 'key', 'url', 'tip'] as const;

export interface VerifierState extends Memory {
  /** The headers of an earlier run with the same checkpoint, where there are any. */
  headers(chain: HeaderChain): HeaderSource | undefined;
  keepHeaders(chain: HeaderChain): void;
  /** The reader's own checkpoint, or the one that it was moved to. */
  checkpoint(own: ChainCheckpoint): ChainCheckpoint;
  /** Every STATUS of an entity that was believed, those that contradict one another too (MDT-STA-107). */
  recallStatuses(entityId: string): readonly HostedStatus[];
  rememberStatuses(entityId: string, believed: readonly HostedStatus[]): void;
  close(): void;
}

/**
 * A state that ends with the process.
 * @param statuses of the one entity that is asked about, as known from before
 */
export function forgetful(statuses: readonly HostedStatus[] = []): VerifierState {
  const none = (): undefined => undefined;
  return {
    ...{ recall: none, remember: none, headers: none, keepHeaders: none, close: none },
    checkpoint: (own) => own,
    ...{ recallStatuses: () => statuses, rememberStatuses: none },
  };
}

/** Where a state is kept, file by file. */
interface Files {
  read(name: string, maxOctets?: number): Buffer | undefined;
  replace(name: string, octets: Uint8Array): void;
  close(): void;
}

/** A state that is remembered as long as the process runs. */
export function remembering(): KeptState {
  const octetsOf = new Map<string, Buffer>();
  const files: Files = {
    read: (name) => octetsOf.get(name),
    replace: (name, octets) => void octetsOf.set(name, Buffer.from(octets)),
    close: () => octetsOf.clear(),
  };
  return new KeptState(files);
}

/** A state in a directory, which one process at a time may use. */
export class KeptState implements VerifierState {
  readonly #directory: Files;
  readonly #entities: Map<string, KnownEntity>;
  readonly #statuses = new Map<string, readonly HostedStatus[]>();
  readonly #pruned: boolean;
  #own: ChainCheckpoint | undefined;

  /**
   * @param place the path of a directory, or files of another kind
   * @param pruned whether only the last headers are kept, and of those below them what a checkpoint says
   * @throws MdtError MDT_STATE
   */
  constructor(place: string | Files, pruned = false) {
    this.#pruned = pruned;
    this.#directory = typeof place === 'string' ? new DataDirectory(place) : place;
    try {
      this.#entities = new Map(readEntities(this.#directory.read(ENTITIES)).map((each) => [each.entity_id, each]));
      // At once: what a reader has seen must not be forgotten because a file can no longer be read.
      for (const id of this.#entities.keys())
        this.#statuses.set(id, readStatuses(this.#directory.read(statusesFile(id)), statusesFile(id)));
    } catch (error) {
      this.#directory.close();
      throw error;
    }
  }

  recall(entityId: string): KnownEntity | undefined {
    return this.#entities.get(entityId);
  }

  remember(entity: KnownEntity): void {
    this.#entities.set(entity.entity_id, entity);
    this.#directory.replace(ENTITIES, Buffer.from(`${JSON.stringify([...this.#entities.values()], null, 2)}\n`));
  }

  headers(chain: HeaderChain): HeaderSource | undefined {
    const octets = this.#directory.read(headersFile(chain.base), MAX_HEADERS_OCTETS);
    if (octets === undefined || octets.length === 0) return undefined;
    // Where the file is damaged, what stands before the damage is good.
    return { name: 'state', remembered: true, update: async (own, now) => void own.add(splitHeaders(octets), now) };
  }

  keepHeaders(chain: HeaderChain): void {
    const height = chain.tip.height - KEPT_HEADERS;
    if (!this.#pruned || this.#own === undefined || height <= chain.base.height)
      return this.#directory.replace(headersFile(chain.base), chain.octets());
    // In this order a crash at any moment leaves a checkpoint with its headers.
    const moved = chain.checkpointAt(height);
    const left = chain.octets().subarray((height - chain.base.height) * HEADER_OCTETS);
    this.#directory.replace(headersFile(chain.at(height) ?? chain.base), left);
    this.#directory.replace(checkpointFile(this.#own), canonicalOctets(moved));
    this.#directory.replace(headersFile(chain.base), new Uint8Array());
  }

  checkpoint(own: ChainCheckpoint): ChainCheckpoint {
    this.#own = own;
    const name = checkpointFile(own);
    const octets = this.#directory.read(name);
    try {
      return octets === undefined ? own : validate('chain-checkpoint', parseJson(octets.toString('utf8')));
    } catch (error) {
      throw error instanceof MdtError ? damaged(name) : error;
    }
  }

  recallStatuses(entityId: string): readonly HostedStatus[] {
    return this.#statuses.get(entityId) ?? [];
  }

  rememberStatuses(entityId: string, believed: readonly HostedStatus[]): void {
    if (believed.length === 0) return;
    this.#statuses.set(entityId, believed);
    this.#directory.replace(statusesFile(entityId), canonicalOctets(believed));
  }

  close(): void {
    this.#directory.close();
  }
}

function statusesFile(entityId: string): string {
  return `statuses-${entityId}.json`;
}

/** One file for each checkpoint: its headers begin after it. */
function headersFile({ height, hash }: ChainedHeader): string {
  return `headers-${height}-${Buffer.from(hash).toString('hex').slice(0, 16)}.bin`;
}

/** Where a checkpoint of the reader's own was moved to. */
function checkpointFile({ height, hash }: ChainCheckpoint): string {
  return `checkpoint-${height}-${hash.slice(-16)}.json`;
}

function readEntities(octets: Buffer | undefined): KnownEntity[] {
  if (octets === undefined) return [];
  const list = readList(octets, ENTITIES);
  if (list.every(isEntity)) return list;
  throw damaged(ENTITIES);
}

function readStatuses(octets: Buffer | undefined, name: string): HostedStatus[] {
  try {
    return octets === undefined ? [] : readList(octets, name).map((each) => validate('hosted-status', each));
  } catch (error) {
    throw error instanceof MdtError ? damaged(name) : error;
  }
}

/** @throws MdtError MDT_STATE */
function readList(octets: Buffer, name: string): unknown[] {
  try {
    const list: unknown = parseJson(octets.toString('utf8'));
    if (Array.isArray(list)) return list;
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
  }
  throw damaged(name);
}

function damaged(name: string): MdtError {
  return new MdtError('MDT_STATE', `${name} is damaged`, { field: '--state' });
}

function isEntity(value: unknown): value is KnownEntity {
  return (
    typeof value === 'object' &&
    value !== null &&
    MEMBERS.every((name) => typeof (value as Record<string, unknown>)[name] === 'string')
  );
}
