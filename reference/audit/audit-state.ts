/** What an auditor remembers of a log between its audits: enough to go on, and to see whether it goes on from the same. */
import { parseJson } from '../core/json-parser.ts';
import { documentDigest } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex, parseHex } from '../core/hex.ts';
import { GrowingTree } from '../core/log/growing-tree.ts';
import type { VerifiedRoot } from '../core/log/root-succession.ts';
import { validate } from '../core/schema.ts';
import { DataDirectory } from '../runtime/data-directory.ts';

export interface AuditMemory {
  /** The tree of the newest root: entries after it are of a period that has no root yet, and are read again. */
  readonly tree: GrowingTree;
  /** `time` of its newest entry, seconds since 1970. */
  readonly lastTime: number;
  /** The checkpoint that was read up to, which the log has to go on from. */
  readonly seen: SeenTree;
  /** All roots, by their numbers. */
  readonly roots: readonly KnownRoot[];
  readonly newest: VerifiedRoot | undefined;
}

export interface SeenTree {
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
}

/** What is kept of every root. */
export interface KnownRoot {
  /** Digest, hexadecimal. */
  readonly sha256: string;
  readonly period_end: string;
  readonly created: string;
}

export function knownRoot({ sha256, root: { period_end, created } }: VerifiedRoot): KnownRoot {
  return { sha256, period_end, created };
}

export interface AuditState {
  /** @throws MdtError MDT_STATE */
  recall(entityId: string): AuditMemory | undefined;
  remember(entityId: string, memory: AuditMemory): void;
  close(): void;
}

export const NOTHING_YET: Omit<AuditMemory, 'tree'> = {
  lastTime: 0,
  seen: { size: 0, root: '' },
  roots: [],
  newest: undefined,
};

/** A state that ends with the process. */
export function forgetfulAudit(): AuditState {
  return { recall: () => undefined, remember: () => undefined, close: () => undefined };
}

/** A state in a directory, which one process at a time may use. */
export class KeptAudits implements AuditState {
  readonly #directory: DataDirectory;

  /** @throws MdtError MDT_STATE */
  constructor(path: string) {
    this.#directory = new DataDirectory(path);
  }

  recall(entityId: string): AuditMemory | undefined {
    const name = fileOf(entityId);
    const octets = this.#directory.read(name);
    if (octets === undefined) return undefined;
    try {
      return read(checked(parseJson(octets.toString('utf8')) as unknown as Sealed));
    } catch (cause) {
      throw new MdtError('MDT_STATE', `${name} is damaged`, { field: '--state', cause });
    }
  }

  remember(entityId: string, { tree, lastTime, seen, roots, newest }: AuditMemory): void {
    const kept: Kept = {
      ...{ size: tree.size, peaks: tree.peaks.map(bytesToHex), last_time: lastTime, seen, roots },
      ...(newest && { newest }),
    };
    this.#directory.replace(fileOf(entityId), Buffer.from(JSON.stringify(sealed(kept))));
  }

  close(): void {
    this.#directory.close();
  }
}

interface Kept {
  readonly size: number;
  readonly peaks: readonly string[];
  readonly last_time: number;
  readonly seen: SeenTree;
  readonly roots: readonly KnownRoot[];
  readonly newest?: VerifiedRoot;
}

/** What is kept, with a SHA-256 over it: a digit that a disk has changed must not look like a log that was. */
interface Sealed extends Kept {
  readonly sha256: string;
}

function sealed(kept: Kept): Sealed {
  return { ...kept, sha256: bytesToHex(documentDigest(kept)) };
}

function checked({ sha256, ...kept }: Sealed): Kept {
  if (sealed(kept).sha256 !== sha256) throw new RangeError('not its digest');
  return kept;
}

function read({ size, peaks, last_time: lastTime, seen, roots, newest }: Kept): AuditMemory {
  const tree = new GrowingTree(
    size,
    peaks.map((peak) => parseHex(peak, 'MDT_STATE', '--state', 32)),
  );
  if (newest) validate('activity-root', newest.root);
  const isWhole = roots.length === (newest ? newest.root.seq + 1 : 0) && roots.at(-1)?.sha256 === newest?.sha256;
  if (!isWhole || !Number.isSafeInteger(lastTime) || !Number.isSafeInteger(seen.size) || seen.size < size)
    throw new RangeError('not what was written');
  return { tree, lastTime, seen, roots, newest };
}

function fileOf(entityId: string): string {
  return `audit-${entityId}.json`;
}
