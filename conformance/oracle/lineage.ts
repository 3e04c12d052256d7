/** LineageProofs (spec 2.2, 6.5): who holds the lineage at each link is settled first, from the kinds alone. */
import type { BirthRecord, LineageProof } from '../../reference/gen/schemas.ts';
import { p2wpkhScript, refuseChainSignature } from './chain-signature.ts';
import { displayed } from './merkle.ts';
import { opReturnIndex, pushedData, readPayload, type Payload } from './payload.ts';
import { readAnchorProof, refuseLocator, scriptsOf } from './proof.ts';
import { Refusal } from './refusal.ts';
import { readStripped, type ReadTransaction } from './transaction.ts';

const octets = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** A record of the entity; the holder of its `keys.anchor` holds the lineage while it is in force. */
export interface Holder {
  record: BirthRecord;
  digest: Buffer;
}

export interface ReadLineage {
  /** txid of the tip. */
  tip: string;
  /** Number of anchors. */
  links: number;
}

export interface LineageLinks extends ReadLineage {
  transactions: ReadTransaction[];
  payloads: (Payload | undefined)[];
  /** Index of the newest link that has an AnchorProof. */
  newest: number;
}

/** The lineage of a first Birth Record. */
export function readLineageProof(
  record: BirthRecord,
  digest: Uint8Array,
  lineage: LineageProof,
  field = '',
): ReadLineage {
  const { tip, links } = readLineage([{ record, digest: Buffer.from(digest) }], lineage, field);
  return { tip, links };
}

/** The lineage of an entity with these records, the first one first. */
export function readLineage(holders: readonly Holder[], lineage: LineageProof, field = ''): LineageLinks {
  const at = (index: number): string => `${field}/transactions/${String(index)}`;
  const transactions = lineage.transactions.map((hex, index) => readStripped(octets(hex), at(index)));
  const [first] = holders;
  const [birth] = transactions;
  if (!first || !birth) throw new Refusal('MDT_SCHEMA', field, 'nothing to read');
  refuseBirth(first, birth, at(0));
  const payloads = transactions.map(payloadOf);
  for (const [index, link] of transactions.entries()) {
    refuseOutputs(link, at(index));
    if (index > 0) refuseLink(link, transactions[index - 1], payloads[index - 1], payloads[index], first, at(index));
  }
  const newest = Math.max(...lineage.proofs.map(({ link }) => link));
  const changes = payloads.flatMap((payload, index) => (index > 0 && payload?.kind === 'SUCCESSOR' ? [index] : []));
  refuseChanges(holders, changes, newest, transactions, payloads, at);
  const proven = lineage.proofs.map((each, index) => {
    const place = `${field}/proofs/${String(index)}`;
    const before = holders[changes.filter((change) => change < each.link).length];
    const link = transactions[each.link];
    if (!before || !link) throw new Refusal('MDT_LINEAGE_BROKEN', place, 'no such link');
    const anchor = readAnchorProof(each.proof, before.record.policy.confirmations, `${place}/proof`);
    refuseLocator(each.locator, anchor, each.proof, first.record.chain.genesis, `${place}/locator`);
    if (!link.hash.equals(anchor.transaction.hash))
      throw new Refusal('MDT_LINEAGE_BROKEN', place, 'proves another transaction');
    const key = octets(before.record.keys.anchor);
    refuseChainSignature(anchor.transaction, key, each.proof.prevout_value, `${place}/proof/transaction`);
    return each.link;
  });
  if (!proven.includes(0)) throw new Refusal('MDT_SCHEMA', `${field}/proofs`, 'no proof of the BIRTH');
  const tip = displayed(transactions.at(-1)?.hash ?? birth.hash);
  return { tip, links: transactions.length, transactions, payloads, newest };
}

/** Each SUCCESSOR up to the newest proven link has its record, and each link pays who holds the lineage after it. */
function refuseChanges(
  holders: readonly Holder[],
  changes: readonly number[],
  newest: number,
  transactions: readonly ReadTransaction[],
  payloads: readonly (Payload | undefined)[],
  at: (index: number) => string,
): void {
  const settled = changes.filter((index) => index <= newest);
  if (settled.length !== holders.length - 1)
    throw new Refusal(
      'MDT_SUCCESSOR_MISSING',
      at(settled.at(-1) ?? 0),
      `${String(settled.length)} SUCCESSORs, ${String(holders.length - 1)} records`,
    );
  for (const [order, index] of settled.entries()) {
    if (payloads[index]?.digest !== holders[order + 1]?.digest.toString('hex'))
      throw new Refusal('MDT_DIGEST', at(index), 'anchors another record');
  }
  for (const [index, link] of transactions.entries()) {
    const script = link.outputs[1]?.script ?? Buffer.alloc(0);
    const lastChange = changes.filter((change) => change <= index);
    const holder = holders[lastChange.length];
    const wanted = holder
      ? p2wpkhScript(octets(holder.record.keys.anchor))
      : (transactions[lastChange.at(-1) ?? 0]?.outputs[1]?.script ?? Buffer.alloc(0));
    if (!script.equals(wanted) || !/^0014.{40}$/.test(script.toString('hex')))
      throw new Refusal('MDT_LINEAGE_CONTINUATION', at(index), 'output 1 pays somebody else');
  }
}

function payloadOf(transaction: ReadTransaction): Payload | undefined {
  const scripts = scriptsOf(transaction);
  return readPayload(pushedData(scripts[opReturnIndex(scripts)] ?? Buffer.alloc(0)));
}

function refuseBirth({ record, digest }: Holder, birth: ReadTransaction, field: string): void {
  const [input] = birth.inputs;
  if (!input || displayed(input.hash) !== record.lineage.txid || input.index !== record.lineage.vout)
    throw new Refusal('MDT_LINEAGE_OUTPOINT', field, 'spends another outpoint');
  const payload = payloadOf(birth);
  if (payload?.kind !== 'BIRTH') throw new Refusal('MDT_PAYLOAD_KIND', field, 'the first anchor is no BIRTH');
  if (payload.role !== record.role) throw new Refusal('MDT_PAYLOAD_ROLE', field, 'a BIRTH of another role');
  if (payload.digest !== digest.toString('hex')) throw new Refusal('MDT_DIGEST', field, 'a BIRTH of another record');
}

function refuseOutputs(transaction: ReadTransaction, field: string): void {
  if (transaction.outputs.length !== 2 || opReturnIndex(scriptsOf(transaction)) !== 0)
    throw new Refusal('MDT_LINEAGE_OUTPUTS', field, 'not the OP_RETURN and the continuation');
}

function refuseLink(
  { inputs: [input] }: ReadTransaction,
  before: ReadTransaction | undefined,
  payloadBefore: Payload | undefined,
  payload: Payload | undefined,
  { digest }: Holder,
  field: string,
): void {
  if (!before || input?.hash.equals(before.hash) !== true || input.index !== 1)
    throw new Refusal('MDT_LINEAGE_BROKEN', field, 'does not spend output 1 of its predecessor');
  if (payload?.entity_id !== digest.toString('hex'))
    throw new Refusal('MDT_LINEAGE_BROKEN', field, 'an anchor of another entity');
  if (payloadBefore?.kind === 'RETIRE') throw new Refusal('MDT_LINEAGE_BROKEN', field, 'an anchor after the end');
}

/** Refuses an anchor that has the continuation of a known anchor of a lineage for a further input (MDT-LIN-112). */
export function refuseForeignInputs(anchor: ReadTransaction, known: readonly ReadTransaction[], field: string): void {
  for (const { hash, index } of anchor.inputs.slice(1)) {
    const spent = known.find((each) => each.hash.equals(hash));
    if (spent && index === 1 && isOfLineage(spent))
      throw new Refusal('MDT_LINEAGE_FOREIGN_INPUT', field, 'spends the continuation of another lineage');
  }
}

function isOfLineage({ outputs: [output] }: ReadTransaction): boolean {
  try {
    const payload = readPayload(pushedData(output?.script ?? Buffer.alloc(0)));
    return payload?.kind === 'BIRTH' || payload?.entity_id !== undefined;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
