/** Chapter 11, coin, fees and broadcasts. */
import { Place } from '../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { check, type Suite } from '../kit/check.ts';
import { equal, holds } from '../kit/expect.ts';
import type { Broadcast, UnspentSeen } from '../world/scenes/relay-coin.ts';
import type { RelaySeen } from '../world/scenes/relay.ts';
import { answersOf, chainOf } from './11-relay-chain.ts';
import { given, isRefused } from './grpc-view.ts';
import { lookedAt } from '../world/wire-log.ts';
import { printedLocator } from '../world/printed-proofs.ts';
import { isAt, proves, reached, text, TrueChain } from './relay-view.ts';

const scenes = ['relay'] as const;
const INVALID_ARGUMENT = 3;
const FAILED_PRECONDITION = 9;

const checks: Suite['checks'] = [
  check(
    'MDT-RLY-012',
    'status',
    'GetTransactionStatus tells the place of each anchor',
    { quote: 'MUST answer place, confirmations and locator of every transaction that carries an anchor', scenes },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      for (const { what, asked, result } of answersOf(seen.relay).statuses) {
        const txid = text(asked.txid);
        const { place, confirmations, locator } = given(result, `the status of ${what}`);
        equal(place, Place.PLACE_CONFIRMED, `the place of ${what}`, 'place');
        equal(confirmations, chain.confirmations(txid), `the confirmations of ${what}`, 'confirmations');
        const vout = chain.anchors.find((anchor) => anchor.txid === txid)?.vout ?? 0;
        isAt(locator, chain.locator(txid, vout), what);
      }
    },
  ),
  check(
    'MDT-RLY-012',
    'handed-on',
    'GetTransactionStatus tells where a transaction is that the relay has handed on',
    { quote: 'or that the relay has handed on', scenes },
    ({ seen }) => {
      const { handedOn, tipHeight } = coinOf(seen.relay);
      const chain = laterChain(seen.relay);
      for (const { what, asked, result } of handedOn) {
        const { place, confirmations, locator } = given(result, `the status of what is ${what}`);
        const txid = text(asked.txid);
        if (what.endsWith('in no block')) {
          equal({ place, confirmations }, { place: Place.PLACE_UNCONFIRMED, confirmations: 0 }, what);
          continue;
        }
        const { height = 0 } = chain.transaction(txid)?.block ?? {};
        const right = { place: Place.PLACE_CONFIRMED, confirmations: tipHeight - height + 1 };
        equal({ place, confirmations }, right, what);
        const { vout, txref: _, ...got } = printedLocator(locator);
        const { vout: __, txref: ___, ...expected } = chain.locator(txid, vout);
        equal(got, expected, `the locator of what is ${what}`, 'locator');
      }
    },
  ),
  check(
    'MDT-RLY-015',
    'unspent',
    'ListUnspent answers the confirmed outputs of a script that no block spends, and proves each',
    { quote: 'MUST answer the confirmed outputs of the script that nothing in the active chain has spent', scenes },
    ({ seen }) => {
      const chain = laterChain(seen.relay);
      for (const each of coinOf(seen.relay).unspent) areUnspent(chain, each);
    },
  ),
  check(
    'MDT-RLY-016',
    'fee',
    'EstimateFee answers a rate that the node takes, and the least',
    { quote: 'MUST answer a rate that is not below the least that its node takes, and that least', scenes },
    ({ seen }) => {
      for (const { what, result, least } of coinOf(seen.relay).fees) {
        const { satPerKvb, minimumSatPerKvb } = given(result, `EstimateFee ${what}`);
        equal(Number(minimumSatPerKvb), least, `the least rate, ${what}`, 'minimum_sat_per_kvb');
        holds(Number(satPerKvb) >= least, `the rate ${what} is not taken by the node`, {
          expected: `at least ${String(least)}`,
          got: satPerKvb,
          field: 'sat_per_kvb',
        });
      }
    },
  ),
  check(
    'MDT-RLY-017',
    'handed',
    'a transaction is handed to the node as it is, and known ones are answered alike',
    { quote: 'MUST hand the transaction to its node as it is and answer its ID', scenes },
    ({ seen }) => {
      for (const { what, result, txid, hex, inNode } of accepted(seen.relay)) {
        equal(text(given(result, `BroadcastTransaction of ${what}`).txid), txid, `the ID of ${what}`, 'txid');
        equal(inNode, hex, `what the node has of ${what}`);
      }
    },
  ),
  check(
    'MDT-RLY-018',
    'refused',
    "what the node refuses is answered with the node's reason",
    {
      quote: 'MUST be answered with FAILED_PRECONDITION, the code `MDT_TX_REFUSED`',
      scenes,
      negative: true,
    },
    ({ seen }) => {
      for (const { what, result, reasons = [] } of coinOf(seen.relay).broadcasts) {
        if (reasons.length === 0) continue;
        isRefused(result, what, { code: FAILED_PRECONDITION, reason: 'MDT_TX_REFUSED' });
        const got = 'failed' in result ? (result.failed.info?.['reject_reason'] ?? '') : '';
        const isReason = reasons.some((reason) => got !== '' && (reason.startsWith(got) || got.includes(reason)));
        holds(isReason, `the reason for ${what} is none of the node's`, {
          expected: reasons.join(' or '),
          got,
          field: 'reject_reason',
        });
      }
    },
  ),
  check(
    'MDT-RLY-019',
    'malformed',
    'octets that are no transaction are refused, and the node is not asked',
    { quote: 'MUST be answered with INVALID_ARGUMENT and the code `MDT_MALFORMED_TX`', scenes, negative: true },
    ({ seen }) => {
      for (const { what, result, txid, asked } of coinOf(seen.relay).broadcasts) {
        if (txid !== undefined) continue;
        isRefused(result, what, { code: INVALID_ARGUMENT, reason: 'MDT_MALFORMED_TX' });
        equal(asked, [], `the calls by which the node was given ${what}`);
      }
    },
  ),
];

/** The outputs are those of the node's own set, in the order of the chain, and each is proven. */
export function areUnspent(chain: TrueChain, { what, result, truth }: UnspentSeen): void {
  const { outputs } = given(result, `ListUnspent: ${what}`);
  const got = outputs.map(({ locator, value }) => {
    const { txid, vout } = printedLocator(locator);
    return { txid, vout, sat: Number(value) };
  });
  const right = truth.map(({ txid, vout, sat }) => ({ txid, vout, sat, at: placeOf(chain, txid, vout) }));
  right.sort((one, other) => one.at - other.at);
  equal(
    got,
    right.map(({ txid, vout, sat }) => ({ txid, vout, sat })),
    `the outputs: ${what}`,
    'outputs',
  );
  for (const { locator, proof } of outputs) {
    const { txid, vout } = printedLocator(locator);
    const { txref: _, ...place } = printedLocator(locator);
    const { txref: __, ...expected } = chain.locator(txid, vout);
    equal(place, expected, `the locator of an output: ${what}`, 'locator');
    proves(proof, chain, { txid, vout, confirmations: 1, isAnchor: false }, `an output: ${what}`);
  }
}

function coinOf({ coin }: RelaySeen): NonNullable<RelaySeen['coin']> {
  return reached(coin, 'the part in which it is asked for coin');
}

function laterChain({ later }: RelaySeen): TrueChain {
  return new TrueChain(reached(later, 'the part in which it is asked for coin'));
}

/** Those that the node takes or has. */
function accepted(seen: RelaySeen): Broadcast[] {
  const found = coinOf(seen).broadcasts.filter(({ txid, reasons }) => txid !== undefined && reasons === undefined);
  for (const { result } of found) lookedAt(result);
  return found;
}

function placeOf(chain: TrueChain, txid: string, vout: number): number {
  const { height = 0, index = 0 } = chain.transaction(txid)?.block ?? {};
  return height * 1e8 + index * 1e4 + vout;
}

export const relayCoin: Suite = { chapter: '11-relay', checks };
