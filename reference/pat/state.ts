/** What a verifier remembers between its runs (spec 7.2): the entities it verified, and its chain of headers. */
import { parseJson } from '../core/json-parser.ts';
import { MdtError } from '../core/errors.ts';
import type { HeaderChain } from '../core/header-chain.ts';
import type { HeaderSource, KnownEntity, Memory } from '../core/verification/request.ts';
import { DataDirectory } from '../runtime/data-directory.ts';
import { splitHeaders } from '../core/verification/bundle-headers.ts';

const ENTITIES = 'entities.json';
const MEMBERS = ['entity_id', 'digest', 'key', 'url', 'tip'] as const;

export interface VerifierState extends Memory {
  /** The headers of an earlier run with the same checkpoint, where there are any. */
  headers(chain: HeaderChain): HeaderSource | undefined;
  keepHeaders(chain: HeaderChain): void;
  close(): void;
}

/** A state that ends with the process. */
export function forgetful(): VerifierState {
  const none = (): undefined => undefined;
  return { recall: none, remember: none, headers: none, keepHeaders: none, close: none };
}

/** A state in a directory, which one process at a time may use. */
export class KeptState implements VerifierState {
  readonly #directory: DataDirectory;
  readonly #entities: Map<string, KnownEntity>;

  /** @throws MdtError MDT_STATE */
  constructor(path: string) {
    this.#directory = new DataDirectory(path);
    try {
      this.#entities = new Map(readEntities(this.#directory.read(ENTITIES)).map((each) => [each.entity_id, each]));
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
    const octets = this.#directory.read(headersFile(chain));
    if (octets === undefined || octets.length === 0) return undefined;
    // Where the file is damaged, what stands before the damage is good.
    return { name: 'state', remembered: true, update: async (own, now) => void own.add(splitHeaders(octets), now) };
  }

  keepHeaders(chain: HeaderChain): void {
    this.#directory.replace(headersFile(chain), chain.octets());
  }

  close(): void {
    this.#directory.close();
  }
}

/** One file for each checkpoint: its headers begin after it. */
function headersFile({ base }: HeaderChain): string {
  return `headers-${base.height}-${Buffer.from(base.hash).toString('hex').slice(0, 16)}.bin`;
}

function readEntities(octets: Buffer | undefined): KnownEntity[] {
  if (octets === undefined) return [];
  try {
    const list: unknown = parseJson(octets.toString('utf8'));
    if (Array.isArray(list) && list.every(isEntity)) return list;
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
  }
  throw new MdtError('MDT_STATE', `${ENTITIES} is damaged`, { field: '--state' });
}

function isEntity(value: unknown): value is KnownEntity {
  return (
    typeof value === 'object' &&
    value !== null &&
    MEMBERS.every((name) => typeof (value as Record<string, unknown>)[name] === 'string')
  );
}
