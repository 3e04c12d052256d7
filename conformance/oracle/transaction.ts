/** Bitcoin transactions (BIP-144), read strictly: shortest lengths, nothing left over. */
import { hash256 } from './digest.ts';
import { Refusal } from './refusal.ts';

export interface TransactionInput {
  /** Hash of the transaction spent, as computed. */
  hash: Buffer;
  index: number;
  script: Buffer;
  sequence: number;
  witness: Buffer[];
}

export interface TransactionOutput {
  value: bigint;
  script: Buffer;
}

export interface ReadTransaction {
  version: number;
  inputs: TransactionInput[];
  outputs: TransactionOutput[];
  locktime: number;
  hasWitness: boolean;
  /** Serialization without witness. */
  stripped: Buffer;
  /** Double SHA-256 of it, as computed: the txid before it is reversed. */
  hash: Buffer;
}

class Reader {
  at = 0;
  readonly #octets: Buffer;
  readonly #field: string;

  constructor(octets: Buffer, field: string) {
    this.#octets = octets;
    this.#field = field;
  }

  take(length: number): Buffer {
    if (this.at + length > this.#octets.length) this.refuse('octets missing');
    this.at += length;
    return this.#octets.subarray(this.at - length, this.at);
  }

  /** A compact size in its shortest form. */
  size(): number {
    const first = this.take(1).readUInt8();
    if (first < 0xfd) return first;
    const value =
      first === 0xfd
        ? this.take(2).readUInt16LE()
        : first === 0xfe
          ? this.take(4).readUInt32LE()
          : this.refuse('a length of 8 octets');
    if (value < (first === 0xfd ? 0xfd : 0x1_0000)) this.refuse('a length not in its shortest form');
    if (value > this.#octets.length) this.refuse('a length beyond the end');
    return value;
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.size() }, read);
  }

  get left(): number {
    return this.#octets.length - this.at;
  }

  peek(offset: number): number | undefined {
    return this.#octets[this.at + offset];
  }

  refuse(why: string): never {
    throw new Refusal('MDT_MALFORMED_TX', this.#field, why);
  }
}

/** Reads a transaction; refuses one that has 64 octets without witness, which could pass for an inner node of a Merkle tree. */
export function readTransaction(octets: Uint8Array, field: string): ReadTransaction {
  const reader = new Reader(Buffer.from(octets), field);
  const version = reader.take(4);
  const hasWitness = reader.peek(0) === 0 && reader.peek(1) === 1;
  if (hasWitness) reader.take(2);
  const bodyStart = reader.at;
  const inputs = reader.list(() => readInput(reader));
  if (inputs.length === 0) reader.refuse('no inputs');
  const outputs = reader.list(() => ({ value: reader.take(8).readBigUInt64LE(), script: reader.take(reader.size()) }));
  const body = Buffer.from(octets).subarray(bodyStart, reader.at);
  if (hasWitness) for (const input of inputs) input.witness = reader.list(() => reader.take(reader.size()));
  if (hasWitness && inputs.every((input) => input.witness.length === 0))
    reader.refuse('a witness marker without witness');
  const locktime = reader.take(4);
  if (reader.left > 0) reader.refuse('octets left over');
  const stripped = Buffer.concat([version, body, locktime]);
  if (stripped.length === 64) throw new Refusal('MDT_TX_64_OCTETS', field, '64 octets without witness');
  return {
    version: version.readInt32LE(),
    inputs,
    outputs,
    locktime: locktime.readUInt32LE(),
    hasWitness,
    stripped,
    hash: hash256(stripped),
  };
}

/** As `readTransaction`, of the serialization without witness. */
export function readStripped(octets: Uint8Array, field: string): ReadTransaction {
  const transaction = readTransaction(octets, field);
  if (transaction.hasWitness) throw new Refusal('MDT_MALFORMED_TX', field, 'a witness where none belongs');
  return transaction;
}

function readInput(reader: Reader): TransactionInput {
  const hash = reader.take(32);
  return {
    hash,
    index: reader.take(4).readUInt32LE(),
    script: reader.take(reader.size()),
    sequence: reader.take(4).readUInt32LE(),
    witness: [],
  };
}
