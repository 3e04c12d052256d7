/** Chapter 11, the same questions again: what a relay answers of anchors and coin while blocks come and go. */
import { Place } from '../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { check, type Suite } from '../kit/check.ts';
import { equal } from '../kit/expect.ts';
import type { ChainMoment } from '../world/scenes/relay-moments.ts';
import type { Found } from '../world/scenes/relay-questions.ts';
import type { RelayReorganisedSeen } from '../world/scenes/relay-reorganised.ts';
import { areAll, isDeep, isLineage, isProven, isTooYoung } from './11-relay-anchors.ts';
import { areUnspent } from './11-relay-coin.ts';
import { given } from './grpc-view.ts';
import { isAt, reached, text, TrueChain } from './relay-view.ts';

const scenes = ['relay-reorganised'] as const;

const checks: Suite['checks'] = [
  check(
    'MDT-RLY-007',
    'moments',
    'FindAnchors answers what is in the active chain, and nothing that a reorganisation took out',
    { quote: 'MUST answer all anchors from `from_height` to `to_height` that match', scenes },
    ({ seen }) => {
      for (const { chain, found } of momentsOf(seen['relay-reorganised']))
        for (const each of found) if (!ofEntity(each)) areAll(chain, each);
    },
  ),
  check(
    'MDT-RLY-008',
    'moments',
    'FindAnchors by entity answers no member that a reorganisation took out',
    { quote: 'with an `entity_id` MUST answer members of its lineages and nothing else', scenes, negative: true },
    ({ seen }) => {
      for (const { chain, found } of momentsOf(seen['relay-reorganised']))
        for (const each of found) if (ofEntity(each)) areAll(chain, each);
    },
  ),
  check(
    'MDT-RLY-010',
    'moments',
    'GetAnchorProof proves an anchor where it is now, in another block than before too',
    { quote: '`GetAnchorProof` MUST answer the locator and the AnchorProof (5.2) of a confirmed transaction', scenes },
    ({ seen }) => {
      for (const { chain, proofs } of momentsOf(seen['relay-reorganised']))
        for (const each of proofs) if (isDeep(chain, each)) isProven(chain, each);
    },
  ),
  check(
    'MDT-RLY-010',
    'out-again',
    'GetAnchorProof of an anchor that a reorganisation took out is refused',
    { quote: '`GetAnchorProof` MUST answer the locator and the AnchorProof', scenes, negative: true },
    ({ seen }) => {
      for (const { chain, proofs } of momentsOf(seen['relay-reorganised']))
        for (const each of proofs) if (!isDeep(chain, each)) isTooYoung(each);
    },
  ),
  check(
    'MDT-RLY-011',
    'moments',
    'GetLineageProof answers the lineage as it is now, without what a reorganisation took out',
    { quote: '`GetLineageProof` MUST answer the LineageProof (5.2) of the lineage', scenes },
    ({ seen }) => {
      for (const { chain, lineages } of momentsOf(seen['relay-reorganised']))
        for (const each of lineages) isLineage(chain, each);
    },
  ),
  check(
    'MDT-RLY-012',
    'moments',
    'GetTransactionStatus follows an anchor deeper, out of its block, and into another',
    { quote: '`GetTransactionStatus` MUST answer place, confirmations and locator', scenes },
    ({ seen }) => {
      for (const { chain, statuses } of momentsOf(seen['relay-reorganised'])) {
        for (const { what, asked, result } of statuses) {
          const txid = text(asked.txid);
          const { place, confirmations, locator } = given(result, `the status of ${what}`);
          const depth = chain.confirmations(txid);
          const right = depth > 0 ? Place.PLACE_CONFIRMED : Place.PLACE_UNCONFIRMED;
          equal({ place, confirmations }, { place: right, confirmations: depth }, `place and depth of ${what}`);
          const vout = chain.anchors.find((anchor) => anchor.txid === txid)?.vout ?? 0;
          if (depth > 0) isAt(locator, chain.locator(txid, vout), what);
          else equal(locator, undefined, `the locator of ${what}`, 'locator');
        }
      }
    },
  ),
  check(
    'MDT-RLY-015',
    'moments',
    'ListUnspent answers what is unspent now, after a payment and after a reorganisation',
    { quote: 'MUST answer the confirmed outputs of the script that nothing in the active chain has spent', scenes },
    ({ seen }) => {
      for (const { chain, unspent } of momentsOf(seen['relay-reorganised']))
        for (const each of unspent) areUnspent(chain, each);
    },
  ),
];

function ofEntity({ asked }: Found): boolean {
  return (asked.entityId?.length ?? 0) > 0;
}

function momentsOf({ moments }: RelayReorganisedSeen): (ChainMoment & { readonly chain: TrueChain })[] {
  reached(moments[0], 'the first block');
  return moments.map((moment) => ({ ...moment, chain: new TrueChain(moment.truth) }));
}

export const relayMoments: Suite = { chapter: '11-relay', checks };
