/**
 * Makes one batch of PAT registrations that lie in a file, 129 octets each, with the path of every one, in a process of its
 * own: `node batch-maker.ts <file> <count>`. Prints the root, the seconds and the most memory it had, as one line of JSON.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { bytesToHex } from '../core/hex.ts';
import { Batch } from '../core/pat/batch.ts';

export interface Batched {
  readonly root: string;
  readonly seconds: number;
  readonly rssMiB: number;
}

/** `subject_key ‖ digest ‖ signature` */
export const LEAF_OCTETS = 129;
const LEAVES_A_READ = 4_096;
/** How often its memory is looked at. */
const LOOKS = 100;

function* leavesOf(file: string): Generator<Uint8Array> {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.alloc(LEAVES_A_READ * LEAF_OCTETS);
  for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk))
    for (let at = 0; at < read; at += LEAF_OCTETS) yield chunk.subarray(at, at + LEAF_OCTETS);
  closeSync(descriptor);
}

const [file = '', given = '0'] = process.argv.slice(2);
if (import.meta.main) {
  const count = Number(given);
  const began = performance.now();
  const batch = new Batch(leavesOf(file), count);
  let most = process.memoryUsage.rss();
  let hashes = 0;
  for (let index = 0; index < count; index += 1) {
    hashes += batch.path(index).length;
    if (index % Math.ceil(count / LOOKS) === 0) most = Math.max(most, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - began) / 1_000;
  if (count > 1 && hashes < count) throw new Error('paths are missing');
  const made: Batched = { root: bytesToHex(batch.root), seconds, rssMiB: most / (1024 * 1024) };
  process.stdout.write(`${JSON.stringify(made)}\n`);
}
