/**
 * For tests: an entity with a log that lives in memory and is served over real HTTP as files are. What is right can be
 * served beside anything that a test puts in its place.
 */
import { createServer, type Server } from 'node:http';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { firstPeriodStart, writeActivityRoot } from '../core/activity-root.ts';
import { hash256 } from '../core/block-header.ts';
import { canonicalOctets, documentDigest } from '../core/canonical.ts';
import { parametersOf } from '../core/chain-parameters.ts';
import { signDigest } from '../core/document-signature.ts';
import { GrownLineage, REGTEST_CHECKPOINT, REGTEST_GENESIS } from '../core/fixtures/grown-lineage.ts';
import { Kept, sourceOf } from '../core/fixtures/verification.ts';
import { signedStatus, STATUS_KEY, writtenStatuses, type Written } from '../core/fixtures/written-statuses.ts';
import { bytesToHex, printHash } from '../core/hex.ts';
import { checkpointText } from '../core/log/checkpoint.ts';
import { signPromise } from '../core/log/promise.ts';
import { countAt, formatTilePath, TILE_WIDTH } from '../core/log/tile.ts';
import { leafHash, perfectRoot, rootOfLeaves } from '../core/log/tree-hash.ts';
import { formatTime } from '../core/time.ts';
import { verifyEntity, type Verification } from '../core/verification/verify-entity.ts';
import type {
  ActivityRoot,
  AuditVerdict,
  BlockRef,
  HostedActivityRoot,
  HostedStatus,
  LogPromise,
} from '../gen/schemas.ts';
import { audit } from './audit.ts';
import { forgetfulAudit, KeptAudits, type AuditState } from './audit-state.ts';

const SEED = sha256(utf8ToBytes('log key of tests'));
const SIGNER = {
  publicKey: ed25519.getPublicKey(SEED),
  sign: (message: Uint8Array): Uint8Array => ed25519.sign(message, SEED),
};
export const PERIOD = 3_600;
export const BLOCK_SECONDS = 600;
const ANCHOR_PERIOD = 2 * PERIOD;
const CANARY_AGE = 30 * 86_400;

export class AuditedLog {
  readonly grown: GrownLineage;
  /** The begin of its first period, seconds since 1970. */
  readonly start: number;
  now: number;
  readonly entries: Uint8Array[] = [];
  readonly roots: HostedActivityRoot[] = [];
  statuses: HostedStatus[];
  /** Octets in the place of what is right, by path below the log; `undefined` for 404. */
  readonly lies: Map<string, Uint8Array | undefined> = new Map();
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #verified = new Map<string, Promise<Verification>>();

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.grown = new GrownLineage('audited', 'dta', undefined, ({ keys, policy, services }) => ({
      keys: { ...keys, status: STATUS_KEY, log: bytesToHex(SIGNER.publicKey) },
      policy: {
        ...{ ...policy, log_period_seconds: PERIOD, anchor_period_seconds: ANCHOR_PERIOD },
        canary_max_age_seconds: CANARY_AGE,
      },
      services: { ...services, activity_log: url },
    }));
    this.start = firstPeriodStart(this.grown.now, PERIOD);
    this.now = this.grown.now;
    this.statuses = this.stated({ at: this.start + 1 });
  }

  static async serve(): Promise<AuditedLog> {
    let shown: AuditedLog | undefined;
    const server = createServer(({ url = '' }, response) => {
      const path = url.replace(/^\/log\//, '');
      shown?.asked.push(path);
      const octets = shown?.answer(path);
      response.writeHead(octets ? 200 : 404);
      response.end(octets);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    shown = new AuditedLog(server, `http://127.0.0.1:${port}/log`);
    return shown;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  stated(...plans: Written[]): HostedStatus[] {
    return writtenStatuses(this.grown.hosted(), plans);
  }

  /** Adds the first STATUS of the record that has come. */
  restate(): void {
    const { birth_record: record, sha256: digest } = this.grown.hosted();
    const before = this.statuses.at(-1);
    const [first] = this.stated({ at: this.grown.now });
    if (before === undefined || first === undefined) throw new Error('no STATUS');
    const says = {
      record: digest,
      seq: before.status.seq + 1,
      previous: before.sha256,
      entity_id: this.grown.entityId,
    };
    if (record.entity_id !== this.grown.entityId) throw new Error('no SUCCESSOR');
    this.statuses.push(signedStatus({ ...first.status, ...says }));
  }

  /** Enters one and promises it. */
  enter(time: number, subject = `${this.entries.length}`): LogPromise {
    const entry = canonicalOctets({
      ...{ event: 'test', kind: 'person', time: formatTime(time) },
      subject: bytesToHex(sha256(utf8ToBytes(subject))),
    });
    const index = this.entries.push(entry) - 1;
    return this.promise(entry, index, time);
  }

  promise(entry: Uint8Array, index: number, time: number): LogPromise {
    const hash = leafHash(entry);
    const entityId = hexToBytes(this.grown.entityId);
    const signature = signPromise({ entityId, leafHash: hash, index, time }, SIGNER);
    return { leaf_hash: bytesToHex(hash), index, time: formatTime(time), signature: bytesToHex(signature) };
  }

  /** The block that a document of a time names for its age, or one that is older. */
  blockAt(time: number, highest: number = Infinity): BlockRef {
    const tip = this.grown.height - Math.ceil(Math.max(0, this.grown.now - time) / BLOCK_SECONDS);
    const height = Math.min(tip - 6, highest);
    const { header } = this.grown.blocks[height] ?? { header: new Uint8Array() };
    return { height, hash: printHash(hash256(header)) };
  }

  /** Median time past of a block, those before it being on schedule. */
  medianAt(height: number): number {
    return this.grown.now - (this.grown.height + 1 - (height - 5)) * BLOCK_SECONDS;
  }

  /** Signs the root of the next period over all entries, saying something else where that is asked for. */
  closePeriod(says: Partial<ActivityRoot> = {}, key = 0): HostedActivityRoot {
    const before = this.roots.at(-1);
    const start = before ? Date.parse(before.activity_root.period_end) / 1000 : this.start;
    const end = start + PERIOD;
    const { birth_record: record } = this.grown.hosted();
    const root = {
      ...writeActivityRoot({
        ...{ chain: record.chain, created: formatTime(end + 5), freshness: record.freshness },
        entityId: this.grown.entityId,
        ...(before && { before: { document: before.activity_root, sha256: before.sha256 } }),
        period: { start, end },
        tree: { size: this.entries.length, root: bytesToHex(this.root()) },
        statusDigest: this.statuses.at(-1)?.sha256 ?? '',
      }),
      ...says,
    };
    const hosted = this.signed(root, key);
    this.roots.push(hosted);
    this.now = Math.max(this.now, end + 60);
    return hosted;
  }

  /** @param key number of the record by whose `keys.anchor` */
  signed(root: ActivityRoot, key = 0): HostedActivityRoot {
    const digest = documentDigest(root);
    const signature = bytesToHex(signDigest('milagro-activity-root', digest, this.grown.secret(key)));
    return { activity_root: root, sha256: bytesToHex(digest), signature };
  }

  anchor({ sha256: digest }: { readonly sha256: string }, kind: 'ACTIVITY_ROOT' | 'STATUS' = 'ACTIVITY_ROOT'): void {
    this.grown.heartbeat(kind, hexToBytes(digest));
    this.now = Math.max(this.now, this.grown.now);
  }

  root(size: number = this.entries.length): Uint8Array {
    return rootOfLeaves(Buffer.concat(this.entries.slice(0, size).map(leafHash)));
  }

  checkpoint(size: number = this.entries.length, root: Uint8Array = this.root(size)): Buffer {
    return Buffer.from(checkpointText({ entityId: hexToBytes(this.grown.entityId), size, root }, SIGNER));
  }

  answer(path: string): Uint8Array | undefined {
    if (this.lies.has(path)) return this.lies.get(path);
    const seq = /^root(?:\/(\d+))?$/.exec(path);
    if (path === 'checkpoint') return this.checkpoint();
    if (seq) {
      const root = this.roots.at(seq[1] === undefined ? -1 : Number(seq[1]));
      return root && canonicalOctets(root);
    }
    return this.#tile(path);
  }

  /** Every tile and bundle of the tree, by its path. */
  #tile(path: string): Uint8Array | undefined {
    const size = this.entries.length;
    for (let level: number | 'entries' = 0; level === 'entries' || countAt(level, size) > 0;) {
      const count = countAt(level, size);
      for (let index = 0; index * TILE_WIDTH < count; index += 1) {
        const width = Math.min(TILE_WIDTH, count - index * TILE_WIDTH);
        if (formatTilePath({ level, index, width }) !== path) continue;
        return level === 'entries' ? this.#bundle(index, width) : this.#hashes(level, index, width);
      }
      if (level === 'entries') return undefined;
      level = countAt(level + 1, size) > 0 ? level + 1 : 'entries';
    }
    return undefined;
  }

  #bundle(index: number, width: number): Uint8Array {
    const entries = this.entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width);
    return Buffer.concat(entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length), entry]));
  }

  #hashes(level: number, index: number, width: number): Uint8Array {
    const span = TILE_WIDTH ** level;
    const node = (at: number): Uint8Array =>
      perfectRoot(Buffer.concat(this.entries.slice(at * span, (at + 1) * span).map(leafHash)));
    return Buffer.concat(Array.from({ length: width }, (_, offset) => node(index * TILE_WIDTH + offset)));
  }

  async verified(pins: readonly string[] = [this.grown.entityId]): Promise<Verification> {
    const hosted = this.grown.hosted();
    const request = {
      ...{ url: hosted.birth_record.services.birth_record, pins, confirmations: 3, now: this.now, bundled: false },
      ...{ parameters: parametersOf(REGTEST_GENESIS), checkpoint: REGTEST_CHECKPOINT },
    };
    return verifyEntity(request, {
      fetch: async () => Buffer.from(JSON.stringify(hosted)),
      ...{ sources: [sourceOf(this.grown.headers)], memory: new Kept() },
      canary: {
        fetch: async () => this.statuses.map((each) => Buffer.from(JSON.stringify(each))),
        known: () => [],
        remember: () => undefined,
      },
    });
  }

  async audit(
    state: AuditState = forgetfulAudit(),
    { promises = [], pins }: { promises?: readonly LogPromise[]; pins?: readonly string[] } = {},
  ): Promise<AuditVerdict> {
    // A pairing each time: what nothing has changed of is verified once.
    const key = [this.grown.height, this.statuses.map(({ sha256: digest }) => digest), pins].join(' ');
    const verification = this.#verified.get(key) ?? this.verified(pins);
    this.#verified.set(key, verification);
    return audit({ verification: await verification, promises, now: this.now, confirmations: 3, plain: true }, state);
  }

  /** As `audit`, with what earlier ones have kept in a folder. */
  async auditAgain(folder: string, asked: Parameters<AuditedLog['audit']>[1] = {}): Promise<AuditVerdict> {
    const state = new KeptAudits(folder);
    try {
      return await this.audit(state, asked);
    } finally {
      state.close();
    }
  }
}

/** The findings of an audit, each as its code, requirement and place. */
export function found({ findings }: AuditVerdict): string[] {
  return findings.map(({ code, requirement, place }) => `${code} ${requirement} ${place}`);
}
