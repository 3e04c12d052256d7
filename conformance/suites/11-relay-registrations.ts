/** Chapter 11, registrations: which are taken, how they come into the chain, and how far each has come. */
import { Place } from '../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { BATCHED, DIRECT, type RelayRegisteringSeen, type Taken } from '../world/scenes/relay-registering.ts';
import { RELAY_MS } from '../world/scenes/relay-stage.ts';
import { GRACE } from '../world/scenes/timing.ts';
import type { ChainTruth } from '../world/relay/chain-truth.ts';
import { given, isRefused } from './grpc-view.ts';
import { batchesIn, carries, directsOf } from './registration-view.ts';
import { isAt, proves, reached, text, TrueChain } from './relay-view.ts';

const scenes = ['relay-registering'] as const;
const FIRST_BLOCK = 'the first block';
const LAST = 'when all is deep';
/** What is like what is refused, and right. */
const TWINS = {
  'MDT-RLY-020': 'a statement of this chain',
  'MDT-RLY-021': 'a signature with a low s',
  'MDT-RLY-022': 'a statement whose block has six upon it',
  'MDT-RLY-030': 'a key that is new',
};

const refusals: Suite['checks'] = (
  [
    [
      'MDT-RLY-020',
      'what is no statement of this chain is refused',
      'MUST refuse a statement that is no document valid against',
    ],
    [
      'MDT-RLY-021',
      'a signature that is none, or has a high s, is refused',
      'MUST refuse a PAT signature that does not verify',
    ],
    [
      'MDT-RLY-022',
      'a statement that is not fresh in this chain is refused',
      'MUST refuse a statement whose `freshness` block',
    ],
    [
      'MDT-RLY-030',
      'an idempotency key that came with another request is refused',
      'MUST be answered with ALREADY_EXISTS',
    ],
  ] as const
).flatMap(([requirement, title, quote]) => [
  check(requirement, 'refused', title, { quote, scenes, negative: true }, ({ seen }) => {
    const found = seenOf(seen['relay-registering']).refused.filter((one) => one.requirement === requirement);
    for (const { what, code, reason, result } of found) isRefused(result, what, { code, reason });
  }),
  check(requirement, 'taken', `${TWINS[requirement]} is taken`, { quote, scenes }, ({ seen }) => {
    for (const { what, result, id } of seenOf(seen['relay-registering']).taken)
      equal(
        text(given(result, `RegisterSignature of ${what}`).registrationId),
        id,
        `the ID of ${what}`,
        'registration_id',
      );
  }),
]);

const checks: Suite['checks'] = [
  ...refusals,
  check(
    'MDT-RLY-024',
    'direct',
    'each DIRECT registration is handed over within 5 s, in one transaction',
    { quote: 'for each DIRECT registration, one anchor transaction with its PAT_SIGNATURE', scenes },
    ({ seen }) => {
      const { taken, handed, moments } = seenOf(seen['relay-registering']);
      for (const one of directs(taken)) {
        const found = directsOf(handed, one.signature);
        equal(found.length, 1, `the number of transactions with the signature of ${one.what}`);
        holds(found[0]?.height === one.height, `${one.what} was not handed over before the next block`, {
          expected: `within ${String(RELAY_MS)} ms, at height ${String(one.height)}`,
          got: found[0]?.height,
        });
        const lateMs = (found[0]?.at ?? 0) - one.at;
        holds(lateMs <= RELAY_MS * GRACE, `${one.what} was handed over late`, {
          expected: '5 s',
          got: `${String(lateMs)} ms`,
        });
      }
      reached(moments[0], 'the moment after the registrations');
    },
  ),
  check(
    'MDT-RLY-025',
    'batch',
    'one batch holds all that were accepted since the block before, and comes when the next block does',
    { quote: 'one anchor transaction with the PAT_BATCH of all BATCHED registrations', scenes },
    ({ seen }) => {
      const { taken, handed, blocks } = seenOf(seen['relay-registering']);
      const batches = batchesIn(handed);
      for (const [height, group] of groups(taken)) {
        const block = blocks.find((each) => each.height > height);
        const batch = batches.find(({ first }) => first.height === block?.height);
        const names = group.map(({ what }) => what).join(', ');
        holds(batch !== undefined, `no batch of ${names} came with the block after`, {
          expected: `a PAT_BATCH at height ${String(block?.height)}, within ${String(RELAY_MS)} ms`,
          got: batches.map(({ first }) => first.height),
        });
        equal(batch?.leaves, group.length, `the number of leaves of the batch of ${names}`, 'leaf_count');
        const lateMs = (batch?.first.at ?? 0) - (block?.at ?? 0);
        holds(lateMs <= RELAY_MS * GRACE, `the batch of ${names} came late`, {
          expected: '5 s',
          got: `${String(lateMs)} ms`,
        });
      }
    },
  ),
  check(
    'MDT-RLY-026',
    'one',
    'no two batches are handed over between two blocks, and none without leaves',
    { quote: 'MUST NOT hand more than one PAT_BATCH to its node between two blocks', scenes, negative: true },
    ({ seen }) => {
      const { taken, handed } = seenOf(seen['relay-registering']);
      const batches = batchesIn(handed);
      if (batches.length === 0) throw new Untestable('no batch was handed over (MDT-RLY-025)');
      for (const { first } of batches) {
        const beside = batches.filter((other) => other.first.height === first.height);
        equal(beside.length, 1, `the number of batches at height ${String(first.height)}`);
      }
      const most = groups(taken).size;
      holds(batches.length <= most, 'there are more batches than blocks that they are for', {
        expected: `at most ${String(most)}`,
        got: batches.length,
      });
    },
  ),
  check(
    'MDT-RLY-027',
    'progress',
    'GetRegistration tells mode, transaction, index and path',
    { quote: 'MUST answer how far the registration has come: its mode, its transaction', scenes },
    ({ seen }) => {
      const all = seenOf(seen['relay-registering']);
      for (const { what: when, each, truth } of all.moments) {
        const chain = new TrueChain(truth);
        for (const { id, result } of each) {
          const one = takenBy(all, id);
          const answer = given(result, `GetRegistration of ${one.what}, ${when}`);
          equal(answer.mode, one.mode, `the mode of ${one.what}, ${when}`, 'mode');
          const confirmations = chain.confirmations(text(answer.txid));
          const place = confirmations > 0 ? Place.PLACE_CONFIRMED : Place.PLACE_UNCONFIRMED;
          if (answer.txid.length > 0) {
            equal(
              { place: answer.place, confirmations: answer.confirmations },
              { place, confirmations },
              `${one.what}, ${when}`,
            );
            carries([truth, ...later(all)], one, answer, when);
          }
          const isDue = one.height < chain.height; // a block came after it
          holds(answer.txid.length > 0 || !isDue, `no transaction is told of ${one.what}, ${when}`, {
            expected: 'a transaction ID',
            got: 'none',
            field: 'txid',
          });
        }
      }
      reached(
        all.moments.find(({ what }) => what === FIRST_BLOCK),
        FIRST_BLOCK,
      );
    },
  ),
  check(
    'MDT-RLY-028',
    'proof',
    'GetRegistration of what is in a block tells where, and proves it',
    { quote: 'MUST answer, of a confirmed transaction, its confirmations, its locator and its AnchorProof', scenes },
    ({ seen }) => {
      const all = seenOf(seen['relay-registering']);
      let count = 0;
      for (const { what: when, each, truth } of all.moments) {
        const chain = new TrueChain(truth);
        for (const { id, result } of each) {
          const { locator, proof, txid: octets, confirmations } = given(result, `GetRegistration, ${when}`);
          const txid = text(octets);
          const anchor = chain.anchors.find((found) => found.txid === txid);
          if (!anchor) continue;
          const name = `${takenBy(all, id).what}, ${when}`;
          equal(confirmations, chain.confirmations(txid), `the confirmations of ${name}`, 'confirmations');
          isAt(locator, chain.locator(txid, anchor.vout), name);
          proves(proof, chain, { txid, vout: anchor.vout, confirmations: 1 }, name);
          count++;
        }
      }
      if (count === 0) throw new Untestable('no registration came into a block (MDT-RLY-025)');
    },
  ),
  check(
    'MDT-RLY-029',
    'same',
    'what is asked for once more has the same ID, stays in its mode and is anchored once',
    { quote: 'MUST be answered with the same `registration_id` and lead to no second transaction', scenes },
    ({ seen }) => {
      const all = seenOf(seen['relay-registering']);
      for (const { what, id, result } of all.again)
        equal(text(given(result, `RegisterSignature of ${what}`).registrationId), id, `the ID of ${what}`);
      for (const one of directs(all.taken))
        equal(
          directsOf(all.handed, one.signature).length,
          1,
          `the number of transactions with the signature of ${one.what}`,
        );
      const leaves = batchesIn(all.handed).reduce((sum, batch) => sum + batch.leaves, 0);
      const batched = all.taken.filter(({ mode }) => mode === BATCHED);
      equal(leaves, batched.length, 'the number of leaves of all batches');
      for (const one of batched)
        equal(
          directsOf(all.handed, one.signature).length,
          0,
          `transactions of its own of ${one.what}, which is BATCHED`,
        );
    },
  ),
  check(
    'MDT-RLY-032',
    'coin',
    'no registration is paid for with an output of the lineage or of the anchor address',
    { quote: "MUST NOT spend an output of the relay's lineage, nor one of its anchor address", scenes, negative: true },
    ({ seen }) => {
      const all = seenOf(seen['relay-registering']);
      const chain = new TrueChain(reached(all.end, 'the end'));
      const { txid: paid } = reached(all.payment, 'the payment');
      const birth = chain.anchors.find(
        ({ txid, payload }) => payload.kind === 'BIRTH' && chain.transaction(txid)?.vin[0]?.txid === paid,
      );
      const lineage = new Set(chain.members(birth?.txid ?? '').map(({ txid }) => txid));
      const script = chain.transaction(birth?.txid ?? '')?.vout[1]?.scriptPubKey.hex;
      const registrations = chain.anchors.filter(({ payload }) =>
        ['PAT_SIGNATURE', 'PAT_BATCH'].includes(payload.kind),
      );
      if (registrations.length === 0) throw new Untestable('nothing was registered (MDT-RLY-024, MDT-RLY-025)');
      for (const { txid, payload } of registrations) {
        for (const input of chain.transaction(txid)?.vin ?? []) {
          const spent = chain.transaction(input.txid ?? '')?.vout[input.vout ?? 0]?.scriptPubKey.hex;
          const isOwn = lineage.has(input.txid ?? '') || spent === script;
          holds(!isOwn, `a ${payload.kind} spends what the entity speaks with`, {
            expected: 'coin of another address',
            got: `${input.txid ?? ''}:${String(input.vout)}`,
          });
        }
      }
    },
  ),
];

/** BATCHED registrations by the height of the tip when they were asked for. */
function groups(taken: readonly Taken[]): Map<number, Taken[]> {
  return Map.groupBy(
    taken.filter(({ mode }) => mode === BATCHED),
    ({ height }) => height,
  );
}

function directs(taken: readonly Taken[]): Taken[] {
  return taken.filter(({ mode }) => mode === DIRECT);
}

function takenBy({ taken }: RelayRegisteringSeen, id: string): Taken {
  return reached(
    taken.find((one) => one.id === id),
    id,
  );
}

function seenOf(seen: RelayRegisteringSeen): RelayRegisteringSeen {
  reached(
    seen.moments.find(({ what }) => what === LAST),
    'the end of the registrations',
  );
  return seen;
}

export const relayRegistrations: Suite = { chapter: '11-relay', checks };

function later({ moments, end }: RelayRegisteringSeen): ChainTruth[] {
  return [...moments.map(({ truth }) => truth), ...(end ? [end] : [])];
}
