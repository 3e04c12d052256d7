/** Chapter 6, how anchors reach the chain: one at a time, back after a reorganisation, replaced when stuck, paid for later. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { Reorganisation, ReorganisedSeen } from '../world/scenes/reorganised.ts';
import { anchorsOf, payloadOf } from './anchor-view.ts';
import { served } from './http-view.ts';
import { anchorOfKind, anchorsOfKind, SUCCESSOR } from './lineage-view.ts';

const MOST_BLOCKS_STUCK = 12;

const checks: Suite['checks'] = [
  check(
    'MDT-LIN-015',
    'one-pending',
    'one anchor at most is unconfirmed, though two were asked for',
    {
      quote: 'MUST NOT have more than one anchor transaction of its lineage unconfirmed',
      scenes: ['succession'],
      negative: true,
      feature: 'successor',
    },
    ({ seen }) => {
      const { pending } = seen.succession;
      if (pending === undefined) throw new Untestable('no SUCCESSOR came into the mempool');
      equal(pending, 1, 'the number of unconfirmed transactions of the lineage');
    },
  ),
  check(
    'MDT-LIN-016',
    'foreign',
    'no anchor spends what looks like the continuation of another lineage',
    {
      quote: 'MUST NOT spend the continuation of another lineage',
      scenes: ['succession'],
      negative: true,
      feature: 'successor',
    },
    ({ seen, evidence }) => {
      const { foreign, descendants } = seen.succession;
      if (!foreign) throw new Untestable('the target was never born');
      anchorOfKind(seen.succession, SUCCESSOR, 'SUCCESSOR');
      const anchors = anchorsOf(descendants);
      evidence(
        'inputs',
        anchors.map(({ txid, vin }) => ({
          txid,
          spends: vin.map((input) => `${input.txid ?? ''}:${String(input.vout)}`),
        })),
      );
      for (const { txid, vin } of anchors)
        for (const [index, input] of vin.entries())
          holds(input.txid !== foreign.txid || input.vout !== foreign.vout, `${txid} spends a foreign continuation`, {
            expected: 'other coin',
            got: `${foreign.txid}:${String(foreign.vout)}`,
            field: `vin/${String(index)}`,
          });
    },
  ),
  check(
    'MDT-LIN-017',
    'returned',
    'a BIRTH that a reorganisation took out comes back',
    { quote: 'MUST broadcast an anchor again that a reorganisation took out', scenes: ['reorganised'] },
    ({ seen }) => cameBack(of(seen.reorganised, (found) => found.tookBirth && !found.forgotten)),
  ),
  check(
    'MDT-LIN-017',
    'forgotten',
    'a BIRTH that its node has forgotten is broadcast again',
    { quote: 'MUST broadcast an anchor again that a reorganisation took out', scenes: ['reorganised'] },
    ({ seen }) => cameBack(of(seen.reorganised, ({ forgotten }) => forgotten)),
  ),
  check(
    'MDT-LIN-018',
    'replaced',
    'a BIRTH that nobody mines is replaced by one that pays more',
    { quote: 'by a version with the same payload and a higher fee', scenes: ['stuck'] },
    ({ seen, evidence }) => {
      const { stuck, stuckFeeSat, missing, replacement, replacementFeeSat, blocks } = seen.stuck;
      if (!stuck || stuckFeeSat === undefined)
        throw new Untestable(`no BIRTH came into the mempool: ${missing ?? 'the scene ended'}`);
      evidence('blocks without it', blocks);
      holds(replacement !== undefined, 'the BIRTH was not replaced', {
        expected: `another version after 6 blocks, at most ${String(MOST_BLOCKS_STUCK)}`,
        got: `${String(blocks)} blocks without one`,
      });
      if (!replacement) return;
      equal(payloadOf(replacement).toString('hex'), payloadOf(stuck).toString('hex'), 'the payload of the replacement');
      equal(outpoint(replacement), outpoint(stuck), 'what input 0 of the replacement spends', 'vin/0');
      holds((replacementFeeSat ?? 0) > stuckFeeSat, 'the replacement does not pay more', {
        expected: `more than ${String(stuckFeeSat)} sat`,
        got: replacementFeeSat,
      });
      holds(seen.stuck.ready, 'the replacement was not what it was born by', {
        expected: 'ready once the replacement is deep',
        got: 'no ready event',
      });
    },
  ),
  check(
    'MDT-LIN-022',
    'asks',
    'a target that lacks coin for its SUCCESSOR asks for it, and serves on',
    {
      quote: 'MUST name an address and an amount, keep serving its record, and anchor once it is paid',
      scenes: ['dry'],
      feature: 'successor',
    },
    ({ seen }) => {
      const { answer, asked, meanwhile } = seen.dry;
      if (seen.dry.lives.length < 2 || answer === undefined)
        throw new Untestable('the target did not live to be asked');
      equal(answer.ok, true, 'the answer to successor', '/ok');
      equal(anchorsOfKind(seen.dry.before, SUCCESSOR).length, 0, 'SUCCESSORs before it was paid');
      holds(asked === true, 'it did not ask for coin', { expected: 'a funding event', got: 'none' });
      equal(served(meanwhile, 'the record while it waits for coin').status, 200, 'the status of the record meanwhile');
    },
  ),
  check(
    'MDT-LIN-022',
    'goes-on',
    'a target that is paid at last anchors its SUCCESSOR',
    { quote: 'and anchor once it is paid', scenes: ['dry'], feature: 'successor' },
    ({ seen }) => {
      if (!seen.dry.more) throw new Untestable('it was not paid a second time');
      equal(anchorsOfKind(seen.dry.descendants, SUCCESSOR).length, 1, 'SUCCESSORs after it was paid');
      holds(seen.dry.readyAgain === true, 'the successor never came into force', {
        expected: 'ready once the SUCCESSOR is deep',
        got: 'no ready event',
      });
    },
  ),
];

function of({ reorganisations }: ReorganisedSeen, wanted: (found: Reorganisation) => boolean): Reorganisation {
  const found = reorganisations.find(wanted);
  if (!found) throw new Untestable('its chain was not reorganised so far: it was not ready before');
  return found;
}

function cameBack({ returned, readyAgain, depth, waiting }: Reorganisation): void {
  holds(returned, `the BIRTH did not come back after a reorganisation of ${String(depth)} blocks`, {
    expected: 'the BIRTH in the mempool',
    got: `nothing; waiting with ${waiting ?? 'no code'}`,
  });
  holds(readyAgain, 'it was never ready again', {
    expected: 'ready once the BIRTH is deep again',
    got: 'no ready event',
  });
}

function outpoint({ vin: [input] }: { readonly vin: readonly { txid?: string; vout?: number }[] }): string {
  return `${input?.txid ?? ''}:${String(input?.vout)}`;
}

export const broadcasting: Suite = { chapter: '06-life-of-a-lineage', checks };
