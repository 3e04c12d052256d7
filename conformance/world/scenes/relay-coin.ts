/** What a relay is asked of coin, fees and broadcasts, beside what the node says of the same. */
import { RpcError } from '../../chain/rpc-client.ts';
import type { GrpcResult } from '../grpc-failure.ts';
import type { ListUnspentResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { ChainTransaction } from '../chain-index.ts';
import { opReturn, coinKey } from '../relay/transaction-builder.ts';
import type { Made } from '../relay/kit-anchors.ts';
import { payloads } from '../relay/payloads.ts';
import type { StagedAnchors } from './relay-anchors.ts';
import type { Answer, RelayStage } from './relay-stage.ts';

export interface UnspentSeen {
  readonly what: string;
  /** Hexadecimal. */
  readonly script: string;
  readonly result: GrpcResult<ListUnspentResponse>;
  /** What the node's own set holds, confirmed, in satoshi. */
  readonly truth: readonly { txid: string; vout: number; sat: number; height: number }[];
}

export interface FeeSeen extends Answer<'estimateFee'> {
  /** Satoshi for 1,000 virtual octets: the least that the node takes. */
  readonly least: number;
}

export interface Broadcast {
  readonly what: string;
  /** Transaction ID, where the octets are one. */
  readonly txid?: string;
  readonly hex: string;
  readonly result: GrpcResult<{ txid: Buffer }>;
  /** What the node has by that ID afterwards, hexadecimal. */
  readonly inNode?: string | undefined;
  /** Why the node refuses it, in the words of each of its calls. */
  readonly reasons?: readonly string[];
  /** Of octets that are no transaction: the calls of the relay's node that were given them. */
  readonly asked?: readonly string[];
}

export interface CoinSeen {
  readonly unspent: readonly UnspentSeen[];
  readonly fees: readonly FeeSeen[];
  readonly broadcasts: readonly Broadcast[];
  /** The one that was handed on: before a block has it, and after. */
  readonly handedOn: readonly Answer<'getTransactionStatus'>[];
  readonly handedOnTx?: ChainTransaction;
  /** Height of the tip at the last of them. */
  readonly tipHeight: number;
}

const SAT = 100_000_000;

export async function askOfCoin(stage: RelayStage, staged: StagedAnchors): Promise<CoinSeen> {
  const { world } = stage;
  const unspent = await askUnspent(stage, staged);
  const fees: FeeSeen[] = [];
  for (const blocks of [1, 6, 1_008]) {
    const pool = await world.chain.rpc.call<{ mempoolminfee: number; minrelaytxfee: number }>('getmempoolinfo');
    const least = Math.round(Math.max(pool.mempoolminfee, pool.minrelaytxfee) * SAT);
    fees.push({ ...(await stage.ask('estimateFee', `within ${String(blocks)} blocks`, { blocks })), least });
  }
  const good = await staged.anchors.make([{ sat: 0, script: opReturn(payloads.patSignature('07'.repeat(64))) }]);
  const plain = await staged.anchors.make([]);
  const broadcasts = [await broadcast(stage, 'an anchor', good), await broadcast(stage, 'a payment', plain)];
  broadcasts.push(await broadcast(stage, 'one that the mempool has', good));
  const asked = { txid: Buffer.from(good.txid, 'hex') };
  const plainAsked = { txid: Buffer.from(plain.txid, 'hex') };
  const handedOn = [await stage.ask('getTransactionStatus', 'in no block', asked)];
  handedOn.push(await stage.ask('getTransactionStatus', 'a payment in no block', plainAsked));
  await world.regtest.mine(1);
  await stage.settled(good.txid);
  broadcasts.push(await broadcast(stage, 'one that is in a block', good));
  broadcasts.push(...(await broadcastRefused(stage, staged, good)), ...(await broadcastMalformed(stage, good)));
  handedOn.push(await stage.ask('getTransactionStatus', 'in a block', asked));
  handedOn.push(await stage.ask('getTransactionStatus', 'a payment in a block', plainAsked));
  const tipHeight = await world.index.tipHeight();
  return { unspent, fees, broadcasts, handedOn, tipHeight };
}

/** Of a script with coin that is spent in a block, in the mempool and not at all; and of one that nobody has paid. */
async function askUnspent(stage: RelayStage, { anchors }: StagedAnchors): Promise<UnspentSeen[]> {
  const { world } = stage;
  const { script } = coinKey(world.random.octets('key of a service without a node'));
  await anchors.send([
    { sat: 11_000, script },
    { sat: 12_000, script },
  ]);
  await anchors.send([{ sat: 13_000, script }]);
  await world.regtest.mine(1);
  await anchors.send([{ sat: 14_000, script }]); // in the mempool only
  await anchors.send([]);
  await stage.settled();
  const scripts = {
    'three outputs, and one that is in no block': script,
    'the coin of the kit, of which some is spent': anchors.key.script,
    'nobody has paid to it': coinKey(world.random.octets('key of nobody')).script,
  };
  const all: UnspentSeen[] = [];
  for (const [what, each] of Object.entries(scripts)) all.push(await unspentOf(stage, what, each));
  return all;
}

/** What the node's own set holds of a script, and what the relay answers. */
export async function unspentOf(stage: RelayStage, what: string, script: Buffer): Promise<UnspentSeen> {
  const hex = script.toString('hex');
  const { unspents } = await stage.world.chain.rpc.call<{
    unspents: { txid: string; vout: number; amount: number; height: number }[];
  }>('scantxoutset', ['start', [`raw(${hex})`]]);
  const truth = unspents.map(({ txid, vout, amount, height }) => ({
    txid,
    vout,
    height,
    sat: Math.round(amount * SAT),
  }));
  const { result } = await stage.ask('listUnspent', what, { script });
  return { what, script: hex, result, truth };
}

async function broadcast(stage: RelayStage, what: string, { txid, hex }: Made): Promise<Broadcast> {
  const { result } = await stage.ask('broadcastTransaction', what, { transaction: Buffer.from(hex, 'hex') });
  const inNode = await stage.world.chain.rpc.call<string>('getrawtransaction', [txid]).catch(() => undefined);
  return { what, txid, hex, result, inNode };
}

async function broadcastRefused(
  stage: RelayStage,
  { anchors, made }: StagedAnchors,
  known: Made,
): Promise<Broadcast[]> {
  const spent = made['A birth']?.coin ?? known.coin;
  const wrong = {
    'one that pays nothing': await anchors.makePaying(0, []),
    'one that spends what is spent': await anchors.make([], spent),
    'one that pays more than it has': { ...known, hex: raised(known.hex) },
  };
  const all: Broadcast[] = [];
  for (const [what, tx] of Object.entries(wrong))
    all.push({ ...(await broadcast(stage, what, tx)), reasons: await reasonsOf(stage, tx.hex) });
  return all;
}

/** In the words of `testmempoolaccept` and of `sendrawtransaction`. */
async function reasonsOf({ world: { chain } }: RelayStage, hex: string): Promise<string[]> {
  const [tested] = await chain.rpc.call<{ 'reject-reason'?: string }[]>('testmempoolaccept', [[hex]]);
  const sent = await chain.rpc.call('sendrawtransaction', [hex]).catch((error: unknown) => error);
  const said = sent instanceof RpcError ? sent.message.replace('sendrawtransaction: ', '') : '';
  return [tested?.['reject-reason'] ?? '', said].filter((reason) => reason !== '');
}

async function broadcastMalformed(stage: RelayStage, { hex }: Made): Promise<Broadcast[]> {
  const wrong = {
    'no octets': '',
    'one octet too few': hex.slice(0, -2),
    'one octet too many': `${hex}00`,
    'octets of no transaction': stage.world.random.hex('no transaction').repeat(4),
  };
  const all: Broadcast[] = [];
  for (const [what, each] of Object.entries(wrong)) {
    const { gateway } = stage.subject;
    const before = gateway.calls.length;
    const { result } = await stage.ask('broadcastTransaction', what, { transaction: Buffer.from(each, 'hex') });
    // Of nothing at all it could not be told that a call was given it.
    const given = each === '' ? [] : gateway.calls.slice(before).filter(({ params }) => params.includes(`"${each}"`));
    all.push({ what, hex: each, result, asked: given.map(({ method }) => method) });
  }
  return all;
}

/** The value of its last output, the highest octet but one of it: more than there is coin. */
function raised(hex: string): string {
  const script = hex.lastIndexOf('160014');
  return `${hex.slice(0, script - 6)}ff${hex.slice(script - 4)}`;
}
