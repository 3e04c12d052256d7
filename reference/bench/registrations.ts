/** Proofs of transactions beside bcoin, and a batch of as many registrations as a block could ever be asked to hold. */
import { execFile } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { merkleRootOf } from '../core/merkle.ts';
import { LEAF_OCTETS, type Batched } from './batch-maker.ts';
import { fromBcoin } from './peers.ts';
import { measure, rounded, SCALE, type Measured, type Measurement } from './measure.ts';

/** Of a block of some 4,000 transactions. */
const BRANCH_LENGTH = 12;
const POSITION = 1_234;
const LEAVES = 1_000_000 * SCALE;
const LEAVES_A_WRITE = 1_000;
const MAX_SECONDS = 60;
const MAX_RSS_MIB = 500;

interface Bcoin {
  readonly merkle: { deriveRoot(hash: object, leaf: Buffer, branch: readonly Buffer[], index: number): Buffer };
  readonly hash256: object;
}

export function registrations(): Measured[] {
  const bcoin = fromBcoin((load): Bcoin => ({
    merkle: load('bcrypto/lib/merkle') as Bcoin['merkle'],
    hash256: load('bcrypto/lib/hash256') as object,
  }));
  if (!bcoin) console.error('proof.vs-bcoin is left out: bcoin could not be brought into out/peers/');
  return [
    ...(bcoin ? [{ id: 'proof.vs-bcoin', measured: async () => [await proofs(bcoin)] }] : []),
    { id: 'relay.batch.1e6', measured: batchOfMany },
  ];
}

async function proofs({ merkle, hash256 }: Bcoin): Promise<Measurement> {
  const [leaf = Buffer.alloc(0), ...branch] = Array.from({ length: BRANCH_LENGTH + 1 }, (_, level) =>
    createHash('sha256').update(String(level)).digest(),
  );
  const root = Buffer.from(merkleRootOf(leaf, branch, POSITION, ''));
  if (!merkle.deriveRoot(hash256, leaf, branch, POSITION).equals(root)) throw new Error('bcoin has another root');
  return measure({
    id: 'proof.vs-bcoin',
    peerName: `bcoin (bcrypto's merkle.deriveRoot), a branch of ${BRANCH_LENGTH}`,
    ours: () => merkleRootOf(leaf, branch, POSITION, ''),
    peer: () => merkle.deriveRoot(hash256, leaf, branch, POSITION),
  });
}

async function batchOfMany(): Promise<Measurement[]> {
  const out = join(import.meta.dirname, '../../out');
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(join(out, 'bench-batch-'));
  try {
    const file = join(folder, 'registrations');
    writeLeaves(file);
    const maker = [join(import.meta.dirname, 'batch-maker.ts'), file, String(LEAVES)];
    const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', ...maker]);
    const { seconds, rssMiB } = JSON.parse(stdout) as Batched;
    const asked = (id: string, unit: Measurement['unit'], ours: number, peer: number): Measurement => ({
      ...{ id, unit, ours: rounded(ours), peer, ratio: rounded(peer / ours), runs: 1 },
      peerName: `what is asked for, of ${LEAVES} registrations with all paths`,
    });
    return [
      asked('relay.batch.1e6', 'ms/op', seconds * 1_000, MAX_SECONDS * 1_000),
      asked('relay.batch.rss', 'MiB', rssMiB, MAX_RSS_MIB),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What stands in them is of no matter to a tree. */
function writeLeaves(file: string): void {
  const descriptor = openSync(file, 'w');
  const some = Buffer.alloc(LEAVES_A_WRITE * LEAF_OCTETS);
  for (let written = 0; written < LEAVES; written += LEAVES_A_WRITE)
    writeSync(descriptor, randomFillSync(some), 0, Math.min(LEAVES_A_WRITE, LEAVES - written) * LEAF_OCTETS);
  closeSync(descriptor);
}
