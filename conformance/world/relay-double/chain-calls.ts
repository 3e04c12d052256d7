/** What the relay double answers of headers, coin, fees and transactions. */
import { status } from '@grpc/grpc-js';
import {
  Place,
  RegistrationMode,
  type GetTransactionStatusResponse,
} from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { RpcError } from '../../chain/rpc-client.ts';
import { displayed } from '../../oracle/merkle.ts';
import { Refusal } from '../../oracle/refusal.ts';
import { readTransaction } from '../../oracle/transaction.ts';
import type { Back, Calls } from './call-types.ts';
import type { Snapshot } from './chain-view.ts';
import { hash, knownBlocks, MOST_RESULTS, within } from './ranges.ts';
import { notFound, outOfRange, RelayRefusal } from './refusal.ts';

const LOOK_MS = 100;
const SAT = 100_000_000;
const LONGEST_WAIT = 1_008;
/** bitcoind: the transaction's outputs are in the set of unspent ones. */
const ALREADY_IN_CHAIN = -27;
const MOST_SCRIPT = 10_000;

type ChainCall =
  | 'getTerms'
  | 'getTip'
  | 'getHeaders'
  | 'watchHeaders'
  | 'getTransactionStatus'
  | 'watchAnchor'
  | 'listUnspent'
  | 'estimateFee'
  | 'broadcastTransaction';

export function chainCalls({ view, handedOn }: Back): Pick<Calls, ChainCall> {
  const isKnown = (txid: string): boolean => handedOn.has(txid) || view.wasAnchored(txid);
  return {
    getTerms: async () => ({
      genesis: Buffer.from((await view.now()).blocks[0]?.hash ?? '', 'hex'),
      free: true,
      modes: [RegistrationMode.REGISTRATION_MODE_DIRECT, RegistrationMode.REGISTRATION_MODE_BATCHED],
      indexedFrom: 1,
      maxResults: MOST_RESULTS,
    }),
    getTip: async () => {
      const { height, headers } = await view.now();
      return { height, header: headers[height] ?? Buffer.alloc(0) };
    },
    getHeaders: async ({ known, limit, fromHeight }) => {
      const blocks = knownBlocks(known);
      const most = limit === 0 ? MOST_RESULTS : Math.min(limit, MOST_RESULTS);
      return headersAfter(await view.now(), blocks, most, fromHeight);
    },
    watchHeaders: async ({ known }, reader) => {
      let blocks = knownBlocks(known);
      while (!reader.isGone) {
        const chain = await view.now();
        const next = headersAfter(chain, blocks, MOST_RESULTS);
        if (next.headers.length > 0) {
          reader.send(next);
          const last = next.height + next.headers.length - 1;
          blocks = chain.blocks
            .slice(Math.max(0, last - 20), last + 1)
            .map((block) => block.hash)
            .reverse();
        } else await pause();
      }
    },
    getTransactionStatus: async ({ txid: octets }) => statusIn(await view.now(), hash(octets, 'txid'), isKnown),
    watchAnchor: async ({ txid: octets, confirmations }, reader) => {
      const txid = hash(octets, 'txid');
      let before = '';
      for (;;) {
        const now = statusIn(await view.now(), txid, isKnown);
        const text = `${String(now.place)} ${String(now.confirmations)} ${now.locator?.blockHash.toString('hex') ?? ''}`;
        if (text !== before) reader.send(now);
        before = text;
        if (now.confirmations >= Math.max(1, confirmations) || reader.isGone) return;
        await pause();
      }
    },
    listUnspent: async ({ script }) => {
      if (script.length === 0 || script.length > MOST_SCRIPT) throw outOfRange('script');
      const descriptor = `raw(${script.toString('hex')})`;
      const { unspents } = await view.call<{ unspents: Unspent[] }>('scantxoutset', ['start', [descriptor]]);
      const chain = await view.now();
      const outputs = unspents.map(({ txid, vout, amount }) => ({
        locator: chain.locator(txid, vout),
        value: BigInt(Math.round(amount * SAT)),
        proof: chain.proof(txid, vout),
      }));
      const order = ({ locator: { height, txIndex, vout } }: (typeof outputs)[number]): number[] => [
        height,
        txIndex,
        vout,
      ];
      return { outputs: outputs.sort((one, other) => compare(order(one), order(other))) };
    },
    estimateFee: async ({ blocks }) => {
      within(blocks, 1, LONGEST_WAIT, 'blocks');
      const pool = await view.call<{ mempoolminfee: number; minrelaytxfee: number }>('getmempoolinfo');
      const { feerate = 0 } = await view.call<{ feerate?: number }>('estimatesmartfee', [blocks]);
      const least = Math.round(Math.max(pool.mempoolminfee, pool.minrelaytxfee) * SAT);
      return { satPerKvb: BigInt(Math.max(least, Math.round(feerate * SAT))), minimumSatPerKvb: BigInt(least) };
    },
    broadcastTransaction: async ({ transaction }) => {
      const txid = idOf(transaction);
      try {
        await view.call('sendrawtransaction', [transaction.toString('hex')]);
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        const reason = error.message.replace('sendrawtransaction: ', '');
        if (error.code !== ALREADY_IN_CHAIN && (await view.now()).confirmations(txid) === 0)
          throw new RelayRefusal(status.FAILED_PRECONDITION, 'MDT_TX_REFUSED', { reject_reason: reason });
      }
      handedOn.add(txid);
      return { txid: Buffer.from(txid, 'hex') };
    },
  };
}

interface Unspent {
  readonly txid: string;
  readonly vout: number;
  readonly amount: number;
}

/** MDT-RLY-005: what follows the first block of `known` that the chain has. */
export function headersAfter(
  chain: Pick<Snapshot, 'heightOf' | 'headers'>,
  known: readonly string[],
  most: number,
  from = 1,
): { height: number; headers: Buffer[] } {
  const found = known.map((each) => chain.heightOf(each)).find((height) => height !== undefined) ?? 0;
  const common = known.length > 0 ? found : Math.min(Math.max(1, from), chain.headers.length) - 1;
  return { height: common + 1, headers: chain.headers.slice(common + 1, common + 1 + most) };
}

function statusIn(chain: Snapshot, txid: string, isKnown: (txid: string) => boolean): GetTransactionStatusResponse {
  const anchor = chain.anchor(txid);
  const confirmations = chain.confirmations(txid);
  if (!anchor && !isKnown(txid)) throw notFound();
  if (confirmations === 0) return { place: Place.PLACE_UNCONFIRMED, confirmations: 0, locator: undefined };
  return { place: Place.PLACE_CONFIRMED, confirmations, locator: chain.locator(txid, anchor?.vout ?? 0) };
}

function idOf(transaction: Buffer): string {
  try {
    return displayed(readTransaction(transaction, '').hash);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new RelayRefusal(status.INVALID_ARGUMENT, 'MDT_MALFORMED_TX');
  }
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
