/** Anchors after the BIRTH as checks read them: kinds, payloads and what they spend. */
import { Untestable } from '../kit/expect.ts';
import { canonicalOctets, sha256 } from '../oracle/digest.ts';
import { readPayload, type Payload } from '../oracle/payload.ts';
import type { ChainTransaction } from '../world/chain-index.ts';
import type { HttpResult } from '../world/http-client.ts';
import { lookedAt } from '../world/wire-log.ts';
import { anchorsAmong, payloadOf } from './anchor-view.ts';
import { HostedView, list, type LooseRecord } from './hosted-view.ts';

const KIND_OFFSET = 13;
export const SUCCESSOR = 0x04;
export const RETIRE = 0x05;

/** Anchors of one kind, by their kind octet. */
export function anchorsOfKind(descendants: readonly ChainTransaction[], kind: number): ChainTransaction[] {
  const found = anchorsAmong(descendants).filter((tx) => payloadOf(tx)[KIND_OFFSET] === kind);
  for (const tx of found) lookedAt(tx);
  return found;
}

export function anchorOfKind(
  { descendants }: { readonly descendants: readonly ChainTransaction[] },
  kind: number,
  name: string,
  index = 0,
): ChainTransaction {
  const found = anchorsOfKind(descendants, kind)[index];
  if (!found) throw new Untestable(`${index === 0 ? 'no' : 'no further'} ${name} was anchored`);
  return found;
}

export function readAnchor(tx: ChainTransaction): Payload {
  try {
    const payload = readPayload(payloadOf(tx));
    if (payload) return payload;
  } catch (error) {
    throw new Untestable(`the payload of ${tx.txid} cannot be read: ${(error as Error).message}`);
  }
  throw new Untestable(`${tx.txid} carries no payload`);
}

/** A record that is shown, with the digest that it has. */
export interface ShownRecord {
  readonly record: LooseRecord;
  readonly digest: Buffer;
  readonly signature: unknown;
  readonly previousSignature: unknown;
  /** JSON pointer of the record. */
  readonly place: string;
}

/** Every record of an envelope, the first one first. */
export function recordsOf(result: HttpResult | undefined, what: string): ShownRecord[] {
  const { envelope } = viewOf(result, what);
  const parts = envelope.predecessors === undefined ? [] : list(envelope.predecessors, '/predecessors');
  const before = parts.map((part, index) => shown(part ?? {}, `/predecessors/${String(index)}`));
  return [...before, shown(envelope, '')];
}

function shown(
  part: { birth_record?: unknown; signature?: unknown; previous_signature?: unknown },
  place: string,
): ShownRecord {
  const { birth_record: record, signature, previous_signature: previousSignature } = part;
  if (record === null || typeof record !== 'object') throw new Untestable(`${place}/birth_record is missing`);
  const digest = sha256(canonicalOctets(record));
  return { record, digest, signature, previousSignature, place: `${place}/birth_record` };
}

export function viewOf(result: HttpResult | undefined, what: string): HostedView {
  if (result === undefined) throw new Untestable(`${what} was not reached`);
  return new HostedView(result);
}
