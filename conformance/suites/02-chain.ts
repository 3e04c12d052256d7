/** Chapter 2.4, Chain: when a target must not anchor, and that it goes on when it may. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { birthOf } from './anchor-view.ts';
import { eventNames } from './event-names.ts';

export const chain: Suite = {
  chapter: '02-anchors-and-lineage',
  checks: [
    check(
      'MDT-CHN-001',
      'long-headers',
      'nothing is anchored while the tip header is not 80 octets',
      { quote: 'while the tip header of its node is not 80 octets', scenes: ['long-headers'], negative: true },
      ({ seen }) => {
        const { payment, anchored, readyOnFork, reported, looked } = seen['long-headers'];
        if (!payment) throw new Untestable('the target never asked for coin');
        equal(
          anchored.map(({ txid }) => txid),
          [],
          'what was anchored on the fork',
        );
        holds(!readyOnFork, 'it was ready on the fork', { expected: 'no ready', got: 'ready' });
        holds(reported, 'it did not report the fork', {
          expected: 'waiting MDT_WRONG_CHAIN',
          got: eventNames(seen['long-headers'].life?.lines),
        });
        if (!looked) throw new Untestable('the target asked its node for no header while they were long');
        birthOf(seen['long-headers']); // one that anchors nothing anywhere refrains from nothing
      },
    ),
    check(
      'MDT-CHN-001',
      'back',
      'it goes on when the node is back on our chain',
      { quote: 'MUST NOT become ready or anchor while', scenes: ['long-headers'] },
      ({ seen }) => {
        if (!seen['long-headers'].payment) throw new Untestable('the target never asked for coin');
        holds(seen['long-headers'].ready, 'it was not ready once the headers were 80 octets again', {
          expected: 'ready',
          got: eventNames(seen['long-headers'].life?.lines),
        });
        birthOf(seen['long-headers']);
      },
    ),
    check(
      'MDT-CHN-002',
      'other-genesis',
      'nothing is anchored on a chain with another block 0',
      {
        quote: 'while block 0 of its node is not the configured genesis',
        scenes: ['other-genesis', 'birth'],
        negative: true,
      },
      ({ seen }) => {
        const { listening, reported, ready, life, looked } = seen['other-genesis'];
        if (!listening) throw new Untestable('the target did not listen');
        holds(reported && !ready, 'it did not refuse the chain', {
          expected: 'waiting MDT_WRONG_CHAIN and no ready',
          got: eventNames(life.lines),
        });
        if (!looked) throw new Untestable('the target did not ask its node for block 0');
        birthOf(seen.birth); // one that is born nowhere refrains from nothing
      },
    ),
    check(
      'MDT-CHN-003',
      'absent',
      'a node that is away at the start is reported, and awaited',
      { quote: 'MUST report `MDT_CHAIN_UNAVAILABLE`, keep its state, and resume', scenes: ['outage'] },
      ({ seen }) => {
        equal(seen.outage.codes[0], 'MDT_CHAIN_UNAVAILABLE', 'the code of the first waiting event');
        holds(seen.outage.asked, 'it did not go on when the node answered', {
          expected: 'a funding event',
          got: eventNames(seen.outage.life?.lines),
        });
        birthOf(seen.outage);
      },
    ),
    check(
      'MDT-CHN-003',
      'lost',
      'a node that goes away in the middle is reported, and awaited',
      { quote: 'resume when the node answers', scenes: ['outage'] },
      ({ seen }) => {
        if (!seen.outage.paid) throw new Untestable('the target never asked for coin that the kit pays (MDT-TGT-003)');
        equal(seen.outage.codes[1], 'MDT_CHAIN_UNAVAILABLE', 'the code of the waiting event after payment');
        holds(seen.outage.ready, 'it was not ready after the outage', {
          expected: 'ready',
          got: eventNames(seen.outage.life?.lines),
        });
        birthOf(seen.outage);
      },
    ),
    check(
      'MDT-CHN-003',
      'served',
      'the record is served while the node is away',
      { quote: 'keep its state', scenes: ['outage'] },
      ({ seen }) => {
        const answer = seen.outage.servedWithoutNode;
        if (!answer) throw new Untestable('the target was never ready');
        equal('failed' in answer ? answer.failed : answer.status, 200, 'the answer without a node');
      },
    ),
    check(
      'MDT-CHN-004',
      'part',
      'nothing is anchored with a part of the coin',
      { quote: 'MUST anchor nothing until it is paid', scenes: ['poor'], negative: true },
      ({ seen }) => {
        if (!seen.poor.first) throw new Untestable('the target never asked for coin');
        equal(
          seen.poor.early.map(({ txid }) => txid),
          [],
          'what was anchored with a part of the coin',
        );
        birthOf(seen.poor); // one that never anchors anything refrains from nothing
      },
    ),
    check(
      'MDT-CHN-004',
      'whole',
      'it is born when the rest has come',
      { quote: 'MUST name an address and an amount', scenes: ['poor'] },
      ({ seen }) => {
        if (!seen.poor.first) throw new Untestable('the target never asked for coin');
        holds(seen.poor.ready, 'it was not ready after the rest was paid', {
          expected: 'ready',
          got: eventNames(seen.poor.life?.lines),
        });
        birthOf(seen.poor);
      },
    ),
  ],
};
