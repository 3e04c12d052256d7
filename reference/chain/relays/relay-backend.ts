/**
 * Bitcoin as an entity without a node sees it: by relays (spec chapter 11). Headers are merged into a chain of our own, and
 * what is said of a block or a transaction is held against it. What nobody can hold against it, docs/operator.md says.
 */
import { PAYLOAD_VOUT, type OutpointRef } from '../../core/anchor-transaction.ts';
import { followingHeaderCount } from '../../core/anchor-proof.ts';
import type { ChainedHeader } from '../../core/chained-header.ts';
import { MdtError } from '../../core/errors.ts';
import { bytesToHex, printHash } from '../../core/hex.ts';
import type { OwnChain } from '../../core/own-chain.ts';
import type {
  BlockInfo,
  ChainBackend,
  ChainTip,
  ConfirmedAnchor,
  FeeRates,
  ProvenAnchor,
  WatchingWallet,
} from '../chain-backend.ts';
import type { ExpectedChain } from '../chain-guard.ts';
import { RelayRefusal } from '../relay-client.ts';
import {
  isFeeRefusal,
  RPC_INVALID_ADDRESS_OR_KEY,
  RPC_INVALID_PARAMETER,
  RPC_TRANSACTION_ERROR,
  RPC_VERIFY_REJECTED,
  RpcRefusal,
} from '../rpc-refusal.ts';
import { Listings } from './listings.ts';
import { outpointName, OwnTransactions } from './own-transactions.ts';
import { isActive, provenAnchor, type Proven } from './proven.ts';
import type { Relay } from './relay.ts';
import { RelayWallet } from './relay-wallet.ts';
import { Relays } from './relays.ts';

const RATE_VBYTES = 1_000;
/** bitcoind's own: relays do not say that of their nodes. Where it is more, what is refused is raised once more. */
const INCREMENT_SAT_VB = 1;
/** While a block is waited for, relays are asked so many times. */
const QUESTIONS_A_WAIT = 5;

export class RelayBackend implements ChainBackend {
  readonly #relays: Relays;
  readonly #genesis: string;
  readonly #listings: Listings;
  readonly #own = new OwnTransactions();
  readonly #wallets = new Map<string, RelayWallet>();

  /**
   * @param urls each `grpcs://host:port`, or `grpc://host:port` at a loopback or private host. Nothing is sent before the first call
   * @param own where its headers begin, where that is no chain that the reference knows
   * @throws MdtError MDT_SOURCE where a URL is none
   */
  constructor(urls: readonly string[], expected: ExpectedChain, own?: OwnChain) {
    this.#genesis = expected.genesis;
    this.#relays = new Relays(urls, expected, own);
    this.#listings = new Listings(this.#relays);
  }

  async tip(): Promise<ChainTip> {
    const { tip } = await this.#relays.update();
    return { height: tip.height, hash: printHash(tip.hash) };
  }

  async bestBlockHash(): Promise<string> {
    return (await this.tip()).hash;
  }

  async tipAbove(height: number, milliseconds: number): Promise<ChainTip> {
    const until = performance.now() + milliseconds;
    for (;;) {
      const tip = await this.tip();
      const left = until - performance.now();
      if (tip.height > height || left <= 0) return tip;
      await pause(Math.min(left, milliseconds / QUESTIONS_A_WAIT));
    }
  }

  async blockHash(height: number): Promise<string> {
    if (height === 0) return this.#genesis; // the checkpoint that our headers begin at commits to it
    const header = (await this.#relays.headers()).at(height);
    if (header) return printHash(header.hash);
    throw new RpcRefusal(RPC_INVALID_PARAMETER, 'GetHeaders', `no header at ${height}`);
  }

  async blockInfo(hash: string): Promise<BlockInfo> {
    const chain = await this.#relays.headers();
    const header = await this.#header(hash);
    const confirmations = chain.confirmations(header.height);
    return { hash, height: header.height, confirmations, medianTime: chain.medianTimePast(header) };
  }

  async headerHex(hash: string): Promise<string> {
    return bytesToHex((await this.#header(hash)).octets);
  }

  async proveAnchor(anchor: ConfirmedAnchor, policyConfirmations: number): Promise<ProvenAnchor> {
    const { txid, transaction, prevoutValue, blockHash, confirmations, vout = PAYLOAD_VOUT } = anchor;
    const proven = await this.#find(txid);
    if (proven?.blockHash !== blockHash) throw elsewhere('the anchor is not in the block that was named');
    const { height, proof } = proven;
    const chain = await this.#relays.headers();
    const count = followingHeaderCount(policyConfirmations);
    const followers = Array.from({ length: count }, (_, index) => chain.at(height + 1 + index));
    const headers = followers.filter((header) => header !== undefined);
    if (headers.length < count) throw elsewhere(`fewer than ${count} blocks upon that of the anchor`);
    return {
      place: { txid, vout, blockHash, height, txIndex: proof.position, confirmations },
      proof: {
        ...{ ...proof, transaction, prevout_value: prevoutValue, vout },
        following_headers: headers.map(({ octets }) => bytesToHex(octets)),
      },
    };
  }

  async isUnspent(outpoint: OutpointRef): Promise<boolean> {
    const name = outpointName(outpoint);
    for (const { script } of [...this.#wallets.values()].reverse()) {
      if (!script) continue;
      const { coins, isWhole } = await this.#listings.of(script);
      // Of a list that is cut off nothing follows.
      if (coins.has(name) || !isWhole) return this.#own.spenderOf([name], await this.#relays.headers()) === undefined;
    }
    return false;
  }

  /** To all of them; one that takes it is enough. */
  async broadcast(transactionHex: string): Promise<void> {
    const txid = this.#own.offered(transactionHex);
    const transaction = Buffer.from(transactionHex, 'hex');
    const handed = this.#relays.all.map(async (relay) => handOver(relay, transaction, txid));
    const answers = Promise.allSettled(handed);
    const taken = await Promise.any(handed).catch(() => false);
    if (taken) return this.#own.taken(txid);
    throw refusalOf(await answers);
  }

  /** The lowest that a relay says: what is too little is refused, and raised. */
  async feeRates(blocks: number): Promise<FeeRates> {
    const asked = this.#relays.answering.map(async (relay) => relay.call((client) => client.estimateFee, { blocks }));
    const answers = await Promise.allSettled(asked);
    const rates = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    if (rates.length === 0) throw unanswered(answers);
    const lowest = (of: readonly bigint[]): number => Math.min(...of.map(Number)) / RATE_VBYTES;
    return {
      minimum: lowest(rates.map(({ minimumSatPerKvb }) => minimumSatPerKvb)),
      increment: INCREMENT_SAT_VB,
      estimate: lowest(rates.map(({ satPerKvb }) => satPerKvb)),
    };
  }

  wallet(name: string): WatchingWallet {
    const known = this.#wallets.get(name);
    if (known) return known;
    const parts = { relays: this.#relays, listings: this.#listings, own: this.#own };
    const wallet = new RelayWallet({ ...parts, find: async (txid) => this.#find(txid) });
    this.#wallets.set(name, wallet);
    return wallet;
  }

  close(): void {
    this.#relays.close();
  }

  /** Where an anchor is, by the first relay that can prove it. Once proven it is so as long as its block is active. */
  async #find(txid: string): Promise<Proven | undefined> {
    const chain = await this.#relays.headers();
    const known = this.#own.get(txid)?.proven;
    if (known && isActive(known, chain)) return known;
    const request = { txid: Buffer.from(txid, 'hex'), confirmations: 0 };
    const asked = this.#relays.answering.map(async (relay) => {
      const { proof } = await relay.call((client) => client.getAnchorProof, request);
      const proven = provenAnchor(txid, proof, chain) ?? provenAnchor(txid, proof, await this.#relays.update());
      if (proven) return proven;
      throw new MdtError('MDT_CONFIRMATIONS', 'not in a block of our chain', { field: 'txid' });
    });
    const answers = Promise.allSettled(asked);
    const proven = await Promise.any(asked).catch(() => undefined);
    if (proven) {
      this.#own.proven(proven);
      return proven;
    }
    if ((await answers).every((answer) => !isNowhere(answer))) throw unanswered(await answers);
    return undefined;
  }

  async #header(hash: string): Promise<ChainedHeader> {
    const chain = await this.#relays.headers();
    const header = chain.find(hash);
    if (header) return header;
    throw new RpcRefusal(RPC_INVALID_ADDRESS_OR_KEY, 'GetHeaders', 'not a block of the active chain');
  }
}

/** @returns true: it took it. @throws MdtError MDT_SOURCE; RelayRefusal */
async function handOver(relay: Relay, transaction: Buffer, txid: string): Promise<true> {
  const answer = await relay.call((client) => client.broadcastTransaction, { transaction });
  if (bytesToHex(answer.txid) === txid) return true;
  throw new MdtError('MDT_SOURCE', 'took another transaction', { field: relay.url });
}

/** What a node would have said: that it pays too little, if one said so, because that can be mended. */
function refusalOf(answers: readonly PromiseSettledResult<unknown>[]): Error {
  const refusals = answers.flatMap((answer) => {
    const error: unknown = answer.status === 'rejected' ? answer.reason : undefined;
    if (!(error instanceof RelayRefusal) || error.said !== 'MDT_TX_REFUSED') return [];
    const { rejectReason: reason = error.message } = error;
    const code = /missing-?or-?spent|missing-inputs/.test(reason) ? RPC_TRANSACTION_ERROR : RPC_VERIFY_REJECTED;
    return [new RpcRefusal(code, 'BroadcastTransaction', reason)];
  });
  return refusals.find(isFeeRefusal) ?? refusals[0] ?? unanswered(answers);
}

/** A relay says that it knows of no block with it. */
function isNowhere(answer: PromiseSettledResult<unknown>): boolean {
  if (answer.status !== 'rejected' || !(answer.reason instanceof MdtError)) return false;
  const { reason } = answer;
  const code = reason instanceof RelayRefusal ? reason.said : reason.code;
  return code === 'MDT_NOT_FOUND' || code === 'MDT_CONFIRMATIONS';
}

function unanswered(answers: readonly PromiseSettledResult<unknown>[]): MdtError {
  const said = answers.flatMap((each) =>
    each.status === 'rejected' && each.reason instanceof Error ? [each.reason] : [],
  );
  const message = said.map((error) => error.message).join('; ');
  return new MdtError('MDT_CHAIN_UNAVAILABLE', message, { field: 'chain.relays' });
}

function elsewhere(message: string): MdtError {
  return new MdtError('MDT_CONFIRMATIONS', message, { field: 'txid' });
}

async function pause(milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, milliseconds);
  await promise;
}
