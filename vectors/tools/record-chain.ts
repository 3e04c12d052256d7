/**
 * Records a lineage on a real bitcoind into vectors/sources/regtest-chain.json: keys and mock time are fixed,
 * so a fresh node of the same version mines the same blocks again. `node vectors/tools/record-chain.ts`; with
 * `--check` it writes nothing and fails where the chain comes out differently. The node judges every
 * transaction; the vectors are made from what it mined.
 *
 * The story: a BIRTH, a STATUS, three SUCCESSORs with a STATUS between the second and the third, a RETIRE.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChain } from '../../conformance/chain/start.ts';
import type { BirthRecord, Retirement } from '../../reference/gen/schemas.ts';
import { ANCHOR_KEYS, digestOfRecord, exampleRecord, exampleRetirement, exampleSuccessor } from './example-record.ts';
import { digestOf, keyOf } from './keys.ts';
import {
  BEGIN,
  FEE,
  MINER_KEY,
  Recorder,
  scriptHashAddressOf,
  type Coin,
  type Made,
  type Output,
  type RecordedBlock,
} from './recorder.ts';

const OUTPUT = join(import.meta.dirname, '../sources/regtest-chain.json');
const MARKER = Buffer.from('Milagro D-TA').toString('hex');
const FUNDING = 1_000_000;

export interface RecordedAnchor extends Made {
  prevout_value: number;
  height: number;
}

export interface RecordedChain {
  node: string;
  record: BirthRecord;
  birth: RecordedAnchor;
  status: RecordedAnchor;
  successors: { record: BirthRecord; anchor: RecordedAnchor }[];
  /** A STATUS after the second SUCCESSOR. */
  later_status: RecordedAnchor;
  retirement: { document: Retirement; anchor: RecordedAnchor };
  /** The BIRTH of another entity, in the block of the first SUCCESSOR. */
  foreign_birth: string;
  /** Blocks from the one with the BIRTH to the tip. */
  blocks: RecordedBlock[];
  /** Every header from the genesis block to the tip. */
  headers: string;
  /** Transactions that spend the newest continuation of their moment, signed and accepted by the node but never sent. */
  unsent: Record<UnsentName, string>;
}

export type UnsentName =
  | 'good'
  | 'three outputs'
  | 'OP_RETURN second'
  | 'continuation to another key'
  | 'second BIRTH'
  | 'another entity'
  | 'PAT_SIGNATURE'
  | 'experimental kind'
  | 'SUCCESSOR to a script hash'
  | 'STATUS by the next key'
  | 'STATUS back to the key before'
  | 'a deposit as further input'
  | 'the continuation of another entity as further input'
  | 'STATUS after RETIRE'
  | 'SUCCESSOR after RETIRE';

/** The lineage while it grows: what can be spent next, and whose it is. */
class Lineage {
  readonly #recorder: Recorder;
  readonly entity: string;
  tip: Coin;
  readonly unsent = new Map<UnsentName, string>();

  constructor(recorder: Recorder, entity: string, funding: Coin) {
    this.#recorder = recorder;
    this.entity = entity;
    this.tip = funding;
  }

  payload(kind: string, digest: string, entity: string = this.entity): Output {
    return { data: `${MARKER}01${kind}${digest}${entity}` };
  }

  /** Spends the tip and becomes the new one; mined in the next block. */
  async anchor(output: Output, payTo: Uint8Array = this.tip.key): Promise<RecordedAnchor> {
    const { value: prevout, key: _, ...spent } = this.tip;
    const value = prevout - FEE;
    const made = await this.#recorder.spend(
      [{ ...spent, value: prevout, key: this.tip.key }],
      [output, { to: payTo, value }],
    );
    this.tip = { txid: made.txid, vout: 1, value, key: payTo };
    return { ...made, prevout_value: prevout, height: this.#recorder.height + 1 };
  }

  /** What could come next. The node is asked whether it would take each. */
  async keep(name: UnsentName, outputs: (rest: number) => Output[], further: Coin[] = []): Promise<void> {
    const rest = [this.tip, ...further].reduce((sum, { value }) => sum + value, -FEE);
    this.unsent.set(name, await this.#recorder.unsent([this.tip, ...further], outputs(rest)));
  }
}

async function recordBirth(
  recorder: Recorder,
): Promise<{ record: BirthRecord; birth: RecordedAnchor; lineage: Lineage }> {
  await recorder.mine(124);
  const [key] = ANCHOR_KEYS;
  const funding = await recorder.spend([await recorder.coinbase(1)], [{ to: key, value: FUNDING }]);
  await recorder.mine(6);
  const outpoint = { txid: funding.txid, vout: 0 };
  const record = exampleRecord({ created: recorder.now, freshness: await recorder.freshness(), lineage: outpoint });
  const digest = digestOfRecord(record).toString('hex');
  const lineage = new Lineage(recorder, digest, { ...outpoint, value: FUNDING, key });
  const hint = Buffer.from('dta.example.org').toString('hex');
  const birth = await lineage.anchor({ data: `${MARKER}010101${digest}${hint}` });
  await recorder.mine(1);
  return { record, birth, lineage };
}

async function recordStatus(recorder: Recorder, lineage: Lineage): Promise<RecordedAnchor> {
  // Of three transactions in the block the cheapest is the last: its branch holds Bitcoin's own duplicate.
  await recorder.spend([await recorder.coinbase(2)], [{ to: MINER_KEY, value: 4_999_000_000 }]);
  const status = await lineage.anchor(lineage.payload('02', digestOf('first status').toString('hex')));
  await recorder.mine(9);
  return status;
}

async function keepAfterStatus(lineage: Lineage): Promise<void> {
  const digest = digestOf('next document').toString('hex');
  const [key, next] = ANCHOR_KEYS;
  const payload = lineage.payload('03', digest);
  const pay = (value: number, to: Uint8Array = key): Output => ({ to, value });
  const foreign = digestOf('another entity').toString('hex');
  await lineage.keep('good', (rest) => [payload, pay(rest)]);
  await lineage.keep('three outputs', (rest) => [payload, pay(rest - 10_000), pay(10_000, MINER_KEY)]);
  await lineage.keep('OP_RETURN second', (rest) => [pay(rest), payload]);
  await lineage.keep('continuation to another key', (rest) => [payload, pay(rest, MINER_KEY)]);
  await lineage.keep('second BIRTH', (rest) => [{ data: `${MARKER}010101${lineage.entity}` }, pay(rest)]);
  await lineage.keep('another entity', (rest) => [lineage.payload('03', digest, foreign), pay(rest)]);
  await lineage.keep('PAT_SIGNATURE', (rest) => [lineage.payload('10', digest, digest), pay(rest)]);
  await lineage.keep('experimental kind', (rest) => [lineage.payload('80', digest), pay(rest)]);
  await lineage.keep('SUCCESSOR to a script hash', (rest) => [
    lineage.payload('04', digest),
    { address: scriptHashAddressOf(next), value: rest },
  ]);
}

/** A deposit to the first successor's key, and the BIRTH of another entity, both in the block of the first SUCCESSOR. */
async function recordStrangers(recorder: Recorder): Promise<{ deposit: Coin; foreign: Coin; birth: string }> {
  const key = ANCHOR_KEYS[1];
  const paid = await recorder.spend([await recorder.coinbase(3)], [{ to: key, value: 100_000 }]);
  const other = keyOf('another anchor');
  const data = `${MARKER}010101${digestOf('another entity').toString('hex')}`;
  const born = await recorder.spend([await recorder.coinbase(4)], [{ data }, { to: other, value: 200_000 }]);
  return {
    deposit: { txid: paid.txid, vout: 0, value: 100_000, key },
    foreign: { txid: born.txid, vout: 1, value: 200_000, key: other },
    birth: born.transaction,
  };
}

async function record(recorder: Recorder, node: string): Promise<RecordedChain> {
  const { record: first, birth, lineage } = await recordBirth(recorder);
  const status = await recordStatus(recorder, lineage);
  await keepAfterStatus(lineage);
  const successors: RecordedChain['successors'] = [];
  const succeed = async (change: Partial<BirthRecord['policy']>): Promise<void> => {
    const before = successors.at(-1)?.record ?? first;
    const index = successors.length + 1;
    const bounds = { created: recorder.now, freshness: await recorder.freshness() };
    const made = exampleSuccessor(first, before, index, bounds, change);
    const payload = lineage.payload('04', digestOfRecord(made).toString('hex'));
    successors.push({ record: made, anchor: await lineage.anchor(payload, ANCHOR_KEYS[index]) });
  };
  const strangers = await recordStrangers(recorder);
  await succeed({});
  await recorder.mine(7);
  await keepAfterSuccessor(lineage, strangers);
  await succeed({ confirmations: 2 });
  await recorder.mine(7);
  const laterStatus = await lineage.anchor(lineage.payload('02', digestOf('later status').toString('hex')));
  await recorder.mine(2);
  await succeed({ confirmations: 6 });
  await recorder.mine(7);
  const retirement = exampleRetirement(first, { created: recorder.now, freshness: await recorder.freshness() });
  const retire = await lineage.anchor(lineage.payload('05', digestOfRecord(retirement).toString('hex')));
  await recorder.mine(8);
  const late = digestOf('too late').toString('hex');
  const back =
    (to: Uint8Array = lineage.tip.key) =>
    (value: number): Output => ({ to, value });
  await lineage.keep('STATUS after RETIRE', (rest) => [lineage.payload('02', late), back()(rest)]);
  await lineage.keep('SUCCESSOR after RETIRE', (rest) => [lineage.payload('04', late), back(ANCHOR_KEYS[4])(rest)]);
  return {
    node,
    record: first,
    birth,
    status,
    successors,
    later_status: laterStatus,
    retirement: { document: retirement, anchor: retire },
    foreign_birth: strangers.birth,
    blocks: await recorder.blocks(birth.height),
    headers: await recorder.headers(),
    unsent: Object.fromEntries(lineage.unsent) as Record<UnsentName, string>,
  };
}

async function keepAfterSuccessor(
  lineage: Lineage,
  { deposit, foreign }: { deposit: Coin; foreign: Coin },
): Promise<void> {
  const payload = lineage.payload('02', digestOf('next document').toString('hex'));
  const [before, key] = ANCHOR_KEYS;
  const pay = (value: number, to: Uint8Array = key): Output => ({ to, value });
  await lineage.keep('STATUS by the next key', (rest) => [payload, pay(rest)]);
  await lineage.keep('STATUS back to the key before', (rest) => [payload, pay(rest, before)]);
  await lineage.keep('a deposit as further input', (rest) => [payload, pay(rest)], [deposit]);
  const name = 'the continuation of another entity as further input';
  await lineage.keep(name, (rest) => [payload, pay(rest)], [foreign]);
}

const chain = await startChain({ mockTime: BEGIN });
try {
  const text = `${JSON.stringify(await record(new Recorder(chain.rpc), chain.version), null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(OUTPUT, text);
  else if (readFileSync(OUTPUT, 'utf8') !== text) {
    console.error('the chain comes out differently from vectors/sources/regtest-chain.json');
    process.exitCode = 1;
  }
} finally {
  await chain.stop();
}
