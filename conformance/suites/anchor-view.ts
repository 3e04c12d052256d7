/** The anchors of a target as bitcoind decodes them: the kit pays an address and looks at what is made of the coin. */
import { Untestable } from '../kit/expect.ts';
import { pushedData, readPayload, type Payload } from '../oracle/payload.ts';
import type { ChainTransaction } from '../world/chain-index.ts';
import { lookedAt } from '../world/wire-log.ts';
import type { BirthSeen } from '../world/scenes/birth.ts';

const OP_RETURN = '6a';
/** Offset of the kind in a payload, and BIRTH's. */
const KIND_OFFSET = 13;
const BIRTH = 0x01;

/** Scripts of the outputs that begin with OP_RETURN. */
export function opReturns(tx: ChainTransaction): Buffer[] {
  return tx.vout
    .filter(({ scriptPubKey }) => scriptPubKey.hex.startsWith(OP_RETURN))
    .map(({ scriptPubKey }) => Buffer.from(scriptPubKey.hex, 'hex'));
}

/**
 * The data of a transaction's first OP_RETURN, however it is pushed; what checks on the payload look at, so
 * that a fault of the push is told by the check on the push alone.
 */
export function payloadOf(tx: ChainTransaction): Buffer {
  const [script] = opReturns(tx);
  if (!script) throw new Untestable(`${tx.txid} has no OP_RETURN output`);
  try {
    return pushedData(script);
  } catch {
    const [, opcode = 0] = script;
    return script.subarray(opcode === 0x4c ? 3 : opcode === 0x4d ? 4 : 2);
  }
}

/** Whether a transaction is made as a BIRTH is, its marker and version aside. */
export function isBirth(tx: ChainTransaction): boolean {
  return opReturns(tx).length > 0 && payloadOf(tx)[KIND_OFFSET] === BIRTH;
}

/** Anchors among what was made of the kit's coin. */
export function anchorsOf(descendants: readonly ChainTransaction[]): ChainTransaction[] {
  const found = anchorsAmong(descendants);
  for (const tx of found) lookedAt(tx);
  return found;
}

/** The same for whoever looks for one of them. */
export function anchorsAmong(descendants: readonly ChainTransaction[]): ChainTransaction[] {
  return descendants.filter((tx) => opReturns(tx).length > 0);
}

/** The first BIRTH of a scene. */
export function birthOf({ descendants }: Pick<BirthSeen, 'descendants'>): ChainTransaction {
  const found = anchorsAmong(descendants).find(isBirth);
  lookedAt(found);
  if (!found) throw new Untestable('no BIRTH was anchored');
  return found;
}

/** A BIRTH's payload, decoded. */
export function birthPayload(seen: Pick<BirthSeen, 'descendants'>): Payload & { digest: string } {
  let payload: Payload | undefined;
  try {
    payload = readPayload(payloadOf(birthOf(seen)));
  } catch (error) {
    // A wrong marker is told by its own check; what stands behind it may be right all the same.
    payload = readAfterMarker(payloadOf(birthOf(seen)), error);
  }
  if (payload?.digest === undefined) throw new Untestable('the payload of the BIRTH holds no digest');
  return { ...payload, digest: payload.digest };
}

function readAfterMarker(data: Buffer, error: unknown): Payload | undefined {
  const mended = Buffer.concat([Buffer.from('4d696c6167726f20442d544101', 'hex'), data.subarray(KIND_OFFSET)]);
  try {
    return readPayload(mended);
  } catch {
    throw new Untestable(`the payload of the BIRTH cannot be read: ${(error as Error).message}`);
  }
}

/** Value in satoshi of an amount in bitcoin. */
export function satoshi(bitcoin: number): number {
  return Math.round(bitcoin * 100_000_000);
}
