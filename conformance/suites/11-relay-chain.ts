/** Chapter 11, record, terms and headers: where a relay serves, what it offers, and the chain that it shows. */
import { RegistrationMode } from '../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { check, type Suite } from '../kit/check.ts';
import { equal, holds } from '../kit/expect.ts';
import { relayAddressIn } from '../world/scenes/relay-stage.ts';
import type { RelaySeen } from '../world/scenes/relay.ts';
import { given } from './grpc-view.ts';
import { reached, text, TrueChain } from './relay-view.ts';

const scenes = ['relay'] as const;

const checks: Suite['checks'] = [
  check(
    'MDT-RLY-001',
    'address',
    'the record names the address at which RelayService answers',
    { quote: 'MUST name in `services.relay` the address at which it serves `RelayService`', scenes },
    ({ seen }) => {
      const address = relayAddressIn(reached(seen.relay.record, 'the record'));
      holds(address !== undefined, 'the record names no address', {
        expected: 'host:port',
        got: address,
        field: '/services/relay',
      });
      const { result } = answersOf(seen.relay).terms;
      equal(
        given(seen.relay.atRecord, 'GetTerms there'),
        given(result, 'GetTerms'),
        'what is answered at that address',
      );
    },
  ),
  check(
    'MDT-RLY-002',
    'terms',
    'the terms name the chain, modes, the first height that is indexed, and the most results',
    { quote: '`GetTerms` MUST answer the genesis hash of the record', scenes },
    ({ seen }) => {
      const terms = given(answersOf(seen.relay).terms.result, 'GetTerms');
      equal(text(terms.genesis), chainOf(seen.relay).truth.blocks[0]?.hash, 'the genesis', 'genesis');
      equal(terms.free, true, 'free', 'free');
      const { checkpoint } = seen.relay.configuration.chain;
      holds(terms.indexedFrom <= checkpoint.height + 1, 'anchors are indexed from a higher block', {
        expected: `at most ${String(checkpoint.height + 1)}`,
        got: terms.indexedFrom,
        field: 'indexed_from',
      });
      holds(terms.maxResults > 0, 'no answer has results', { expected: '1 or more', got: 0, field: 'max_results' });
    },
  ),
  check(
    'MDT-RLY-003',
    'batched',
    'the terms offer BATCHED',
    { quote: 'A relay MUST take the mode BATCHED', scenes },
    ({ seen }) => {
      const { modes } = given(answersOf(seen.relay).terms.result, 'GetTerms');
      holds(modes.includes(RegistrationMode.REGISTRATION_MODE_BATCHED), 'BATCHED is not among the modes', {
        expected: 'REGISTRATION_MODE_BATCHED',
        got: modes,
        field: 'modes',
      });
    },
  ),
  check(
    'MDT-RLY-004',
    'tip',
    'GetTip answers height and header of the tip',
    { quote: '`GetTip` MUST answer the height and the header of the tip', scenes },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      const { height, header } = given(answersOf(seen.relay).tip.result, 'GetTip');
      equal({ height, header: text(header) }, { height: chain.height, header: chain.truth.headers.at(-1) }, 'the tip');
    },
  ),
  check(
    'MDT-RLY-005',
    'headers',
    'GetHeaders goes on from the best block that is known',
    { quote: '`GetHeaders` MUST answer headers in order from the one that follows the first block of `known`', scenes },
    ({ seen }) => {
      const chain = chainOf(seen.relay);
      const most = given(answersOf(seen.relay).terms.result, 'GetTerms').maxResults;
      for (const { what, asked, result } of answersOf(seen.relay).headers) {
        const { height, headers } = given(result, `GetHeaders: ${what}`);
        const { known = [], fromHeight = 0 } = asked;
        const best = known.map((hash) => chain.heightOf(text(hash))).find((at) => at !== undefined) ?? 0;
        const common = known.length > 0 ? best : Math.max(1, fromHeight) - 1;
        const limit = Math.min(most, asked.limit || Infinity);
        equal(height, common + 1, `the height of the first header: ${what}`, 'height');
        const right = chain.truth.headers.slice(height, height + headers.length);
        equal(headers.map(text), right, `the headers: ${what}`, 'headers');
        const least = Math.min(1, chain.height - common);
        holds(headers.length >= least && headers.length <= limit, `the number of headers: ${what}`, {
          expected: `${String(least)} to ${String(limit)}`,
          got: headers.length,
          field: 'headers',
        });
      }
    },
  ),
];

/** What was answered while the chain stood still. */
export function answersOf({ answers }: RelaySeen): NonNullable<RelaySeen['answers']> {
  return reached(answers, 'the part in which it is asked');
}

export function chainOf({ truth }: Pick<RelaySeen, 'truth'>): TrueChain {
  return new TrueChain(reached(truth, 'the part in which it is asked'));
}

export const relayChain: Suite = { chapter: '11-relay', checks };
