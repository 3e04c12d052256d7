/** Chapter 11, what goes on: streams and registrations over blocks, kills, outages and reorganisations. */
import { Place, type GetRegistrationResponse } from '../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { displayed } from '../oracle/merkle.ts';
import { hash256 } from '../oracle/digest.ts';
import type { GrpcResult } from '../world/grpc-client.ts';
import type { ChainTruth } from '../world/relay/chain-truth.ts';
import type { Handed } from '../world/relay/handed-watch.ts';
import { isKept } from '../world/scenes/relay-patience.ts';
import { BATCHED, DIRECT, type Taken } from '../world/scenes/relay-registering.ts';
import { lookedAt } from '../world/wire-log.ts';
import { given, isRefused } from './grpc-view.ts';
import { batchesIn, carries, directsOf } from './registration-view.ts';
import { isAt, previousIn, reached, text, TrueChain } from './relay-view.ts';

const UNAVAILABLE = 14;
const ALREADY_EXISTS = 6;
const NO_NODE = { code: UNAVAILABLE, reason: 'MDT_CHAIN_UNAVAILABLE' };

const streams: Suite['checks'] = [
  check(
    'MDT-RLY-006',
    'headers',
    'WatchHeaders sends headers to the tip, and after a reorganisation those from where chains part',
    { quote: '`WatchHeaders` MUST send what `GetHeaders` would answer, on to the tip', scenes: ['relay-reorganised'] },
    ({ seen }) => {
      const { headers, known, branches, headersEnded } = seen['relay-reorganised'];
      const last = reached(branches.at(-1), 'the end of the reorganisations').truth;
      const first = reached(branches[0], 'the first block').truth;
      const from = first.blocks.findIndex(({ hash }) => hash === known);
      const chain = first.headers.slice(0, from + 1);
      for (const { message } of headers) {
        const [header = Buffer.alloc(0)] = message.headers;
        const before = chain[message.height - 1];
        const hash = before && displayed(hash256(Buffer.from(before, 'hex')));
        holds(hash === previousIn(header), `headers at height ${String(message.height)} follow nothing that was sent`, {
          expected: `a header after ${hash ?? `nothing at height ${String(message.height - 1)}`}`,
          got: previousIn(header),
          field: 'headers/0',
        });
        chain.splice(message.height, Infinity, ...message.headers.map(text));
      }
      equal(chain.slice(from), last.headers.slice(from), 'the chain that the client has in the end');
      const end = typeof headersEnded === 'object' ? headersEnded.failed.message : headersEnded;
      equal(end === undefined || end.includes('ancelled'), true, `that the stream goes on; it ended: ${String(end)}`);
    },
  ),
  check(
    'MDT-RLY-014',
    'anchor',
    'WatchAnchor tells each place, out of a block again too, and ends when the anchor is deep enough',
    {
      quote: '`WatchAnchor` MUST send place and confirmations at once and after each change',
      scenes: ['relay-reorganised'],
    },
    ({ seen }) => {
      const { places, anchor, branches, placesEnded } = seen['relay-reorganised'];
      const { txid, confirmations: deep } = reached(anchor, 'the anchor that is watched');
      const told = places.map(({ message }) => `${String(message.place)}/${String(message.confirmations)}`);
      const right = branches.map(({ truth }) => new TrueChain(truth).confirmations(txid));
      const wanted = right.map(
        (depth) => `${String(depth > 0 ? Place.PLACE_CONFIRMED : Place.PLACE_UNCONFIRMED)}/${String(depth)}`,
      );
      let at = 0;
      for (const each of told) if (each === wanted[at]) at++;
      holds(at === wanted.length, 'a change of the place was not told, or in another order', {
        expected: wanted.join(', '),
        got: told.join(', '),
      });
      equal(told.at(-1), `${String(Place.PLACE_CONFIRMED)}/${String(deep)}`, 'the last place that was told');
      equal(placesEnded, 'in good order', `how the stream ended at ${String(deep)} confirmations`);
      const chains = branches.map(({ truth }) => new TrueChain(truth));
      for (const { message } of places) {
        if (message.place !== Place.PLACE_CONFIRMED) continue;
        const hash = text(message.locator?.blockHash);
        const chain = chains.find((each) => each.transaction(txid)?.block?.hash === hash);
        holds(chain !== undefined, 'the anchor was never in that block', {
          expected: txid,
          got: hash,
          field: 'locator',
        });
        const vout = chain?.anchors.find((each) => each.txid === txid)?.vout ?? 0;
        if (chain) isAt(message.locator, chain.locator(txid, vout), 'the anchor that is watched');
      }
    },
  ),
];

const patience: Suite['checks'] = [
  check(
    'MDT-RLY-023',
    'killed',
    'registrations that were accepted outlive kill -9, and are anchored once',
    {
      quote: 'MUST keep a registration, `kill -9` and an outage of its node notwithstanding',
      scenes: ['relay-killed'],
    },
    ({ seen }) => {
      const { taken, ready, progress, end, handed } = seen['relay-killed'];
      if (ready.length === 0) throw new Untestable('the relay was not born');
      equal(ready, [true, true], 'whether it was ready again after each kill');
      areRegistered(taken, progress, reached(end, 'the end'));
      areAnchoredOnce(taken, handed);
    },
  ),
  check(
    'MDT-RLY-023',
    'outage',
    'registrations that were accepted outlive an outage of the node',
    { quote: 'MUST keep a registration', scenes: ['relay-outage'] },
    ({ seen }) => {
      const { taken, progress, end, handed } = seen['relay-outage'];
      areRegistered(taken, progress, reached(end, 'the end'));
      areAnchoredOnce(taken, handed);
    },
  ),
  check(
    'MDT-RLY-030',
    'killed',
    'an idempotency key is known after kill -9',
    {
      quote: 'A request with an `idempotency_key` that came before with another statement',
      scenes: ['relay-killed'],
      negative: true,
    },
    ({ seen }) => {
      const { otherWithKey } = seen['relay-killed'];
      const expected = { code: ALREADY_EXISTS, reason: 'MDT_IDEMPOTENCY_KEY' };
      isRefused(otherWithKey, 'RegisterSignature with a key of before the kill', expected);
    },
  ),
  check(
    'MDT-RLY-031',
    'returns',
    'registrations that a reorganisation took out are anchored again, on a node that forgot them too',
    { quote: 'MUST hand it, or another with the same payload, to its node again', scenes: ['relay-reorganised'] },
    ({ seen }) => {
      const { taken, progress, end, without, handed } = seen['relay-reorganised'];
      const truth = reached(end, 'the end');
      if (without.length === 0) throw new Untestable('no registration came into a block (MDT-RLY-025)');
      areRegistered(taken, progress, truth);
      const bodies = batchesIn(handed).length;
      equal(bodies, taken.some(({ mode }) => mode === BATCHED) ? 1 : 0, 'the number of batches with another payload');
    },
  ),
  check(
    'MDT-RLY-031',
    'place',
    'GetRegistration tells that a registration is in no block any more',
    { quote: 'took the transaction of a registration out of the active chain', scenes: ['relay-reorganised'] },
    ({ seen }) => {
      const { without } = seen['relay-reorganised'];
      reached(without[0], 'the first reorganisation under registrations');
      for (const { what, each } of without)
        for (const result of each) {
          const { place, confirmations, locator } = given(result, `GetRegistration ${what}`);
          const right = { place: Place.PLACE_UNCONFIRMED, confirmations: 0, locator: undefined };
          equal({ place, confirmations, locator }, right, `a registration that is out ${what}`);
        }
    },
  ),
  check(
    'MDT-RLY-033',
    'no-node',
    'a call that needs the node is refused while it is away',
    { quote: 'while it does not answer MUST be answered with UNAVAILABLE', scenes: ['relay-outage'], negative: true },
    ({ seen }) => {
      const { during, taken } = seen['relay-outage'];
      if (during.length === 0) throw new Untestable('the relay was not born');
      for (const { call, needsNode, result } of during)
        if (needsNode || 'failed' in result) isRefused(result, call, NO_NODE);
      for (const { what, result } of taken)
        if ('failed' in result) isRefused(result, `RegisterSignature ${what}`, NO_NODE);
    },
  ),
  check(
    'MDT-RLY-033',
    'node-back',
    'the same calls are answered before and after',
    { quote: 'A call that needs the node', scenes: ['relay-outage'] },
    ({ seen }) => {
      const { before, after } = seen['relay-outage'];
      if (before.length === 0) throw new Untestable('the relay was not born');
      for (const { call, result } of before) given(result, `${call} before the outage`);
      reached(after[0], 'the end of the outage');
      for (const { call, result } of after) given(result, `${call} after the outage`);
    },
  ),
];

/** Each that was accepted is in a block, with its path. */
function areRegistered(
  taken: readonly Taken[],
  progress: readonly GrpcResult<GetRegistrationResponse>[],
  truth: ChainTruth,
): void {
  const kept = taken.filter(isKept);
  if (kept.length === 0) throw new Untestable('no registration was accepted');
  const chain = new TrueChain(truth);
  for (const [index, one] of kept.entries()) {
    lookedAt(one.result);
    const answer = given(progress[index], `GetRegistration of ${one.what}`);
    const confirmations = chain.confirmations(text(answer.txid));
    holds(answer.place === Place.PLACE_CONFIRMED && confirmations > 0, `${one.what} was not registered in the end`, {
      expected: 'a transaction in a block within 6 blocks, 5 s apart at the most',
      got: `place ${String(answer.place)}, ${text(answer.txid)} with ${String(confirmations)} confirmations`,
      field: 'place',
    });
    carries([truth], one, answer, 'in the end');
  }
}

function areAnchoredOnce(taken: readonly Taken[], handed: readonly Handed[]): void {
  const kept = taken.filter(isKept);
  const leaves = batchesIn(handed).reduce((sum, batch) => sum + batch.leaves, 0);
  equal(leaves, kept.filter(({ mode }) => mode === BATCHED).length, 'the number of leaves of all batches');
  for (const one of kept.filter(({ mode }) => mode === DIRECT))
    equal(directsOf(handed, one.signature).length, 1, `the number of transactions with the signature of ${one.what}`);
}

export const relayReorganisedSuite: Suite = { chapter: '11-relay', checks: [...streams, ...patience] };
