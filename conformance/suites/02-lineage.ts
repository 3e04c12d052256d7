/** Chapter 2.2, Lineage: how a target spends its coin. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { ChainTransaction } from '../world/chain-index.ts';
import { eventsOf } from '../world/life-record.ts';
import { lookedAt } from '../world/wire-log.ts';
import type { World } from '../world/world.ts';
import { anchorsOf, birthOf, isBirth, satoshi } from './anchor-view.ts';
import { p2wpkh, type Witness, witnessOf } from './witness-view.ts';
import { eventNames } from './event-names.ts';
import { hostedOf } from './hosted-view.ts';

const scenes = ['birth'] as const;
const DUST = 294;
const FURTHER_INPUT_DEPTH = 6;
/** BIP-125: a sequence below this lets a transaction be replaced. */
const FINAL = 0xffff_fffe;

const outpoints: Suite['checks'] = [
  check(
    'MDT-LIN-001',
    'outpoint',
    'the BIRTH spends the outpoint that `lineage` names',
    { quote: 'MUST spend the outpoint that `lineage` of the Birth Record names', scenes },
    ({ seen }) => {
      const { lineage } = hostedOf(seen.birth).record;
      const [input] = birthOf(seen.birth).vin;
      equal(
        { txid: input?.txid, vout: input?.vout },
        { txid: lineage?.txid, vout: lineage?.vout },
        'the outpoint that input 0 spends',
        '/lineage',
      );
    },
  ),
  check(
    'MDT-LIN-002',
    'patience',
    'nothing is anchored while the coin has one confirmation',
    {
      quote: 'at least `policy.confirmations` confirmations before the Birth Record is written',
      scenes,
      negative: true,
    },
    ({ seen }) => {
      const { spentEarly, configuration } = seen.birth;
      if (spentEarly === undefined) throw new Untestable('the target never asked for coin');
      const needed = String(configuration.policy.confirmations);
      holds(!spentEarly, 'the BIRTH was on its way when the coin had one confirmation', {
        expected: `${needed} confirmations`,
        got: '1 confirmation',
      });
      birthOf(seen.birth); // one that anchors nothing refrains from nothing
    },
  ),
  check(
    'MDT-LIN-002',
    'depth',
    'the coin was deep enough when the BIRTH was mined',
    { quote: 'at least `policy.confirmations` confirmations before the Birth Record is written', scenes },
    async ({ seen, world, evidence }) => {
      const birth = birthOf(seen.birth);
      const { payment } = seen.birth;
      const paid = await blockOf(world, payment?.txid, payment?.height);
      const anchored = birth.block?.height;
      if (paid === undefined || anchored === undefined) throw new Untestable('the payment or the BIRTH is not mined');
      evidence('heights', { paid, anchored });
      // Written at the latest when the tip was one below the block of the BIRTH.
      const most = anchored - paid;
      const needed = seen.birth.configuration.policy.confirmations;
      holds(most >= needed, 'the record was written too early', {
        expected: `at least ${String(needed)} confirmations`,
        got: `at most ${String(most)}`,
      });
    },
  ),
];

const shape: Suite['checks'] = [
  check(
    'MDT-LIN-003',
    'two-outputs',
    'an anchor has two outputs, the OP_RETURN first',
    { quote: 'exactly two outputs: the OP_RETURN at index 0 and the continuation at index 1', scenes },
    ({ seen }) => {
      birthOf(seen.birth);
      for (const { vout, txid } of anchorsOf(seen.birth.descendants)) {
        equal(vout.length, 2, `the number of outputs of ${txid}`);
        holds(vout[0]?.scriptPubKey.hex.startsWith('6a') ?? false, 'output 0 is not the OP_RETURN', {
          expected: '6a…',
          got: vout[0]?.scriptPubKey.hex,
          field: 'vout/0',
        });
      }
    },
  ),
  check(
    'MDT-LIN-004',
    'continuation',
    'the continuation pays to keys.anchor',
    { quote: 'MUST pay to the P2WPKH script of `keys.anchor`', scenes },
    ({ seen }) => {
      const script = p2wpkh(hostedOf(seen.birth).key('anchor'));
      const continuation = birthOf(seen.birth).vout.find(({ scriptPubKey }) => !scriptPubKey.hex.startsWith('6a'));
      equal(continuation?.scriptPubKey.hex, script, 'the script of the continuation', 'vout/1');
    },
  ),
  check(
    'MDT-LIN-005',
    'witness',
    'input 0 is signed by keys.anchor with SIGHASH_ALL',
    { quote: 'a DER signature followed by `01` (SIGHASH_ALL), and `keys.anchor`', scenes },
    ({ seen, evidence }) => {
      const witness = birthOf(seen.birth).vin[0]?.txinwitness ?? [];
      evidence('witness of input 0', witness);
      equal(witness.length, 2, 'the number of witness items', 'vin/0');
      // bitcoind mined it, so the signature holds for the key in the witness; what is left to see is whose key it is.
      equal(witness[1], hostedOf(seen.birth).key('anchor').toString('hex'), 'the key in the witness', 'vin/0');
      holds(witness[0]?.endsWith('01') ?? false, 'the signature is not SIGHASH_ALL', {
        expected: '…01',
        got: witness[0],
        field: 'vin/0',
      });
    },
  ),
  check(
    'MDT-LIN-006',
    'low-s',
    'the chain signature has a low s',
    { quote: 'MUST NOT be greater than half the order', scenes, negative: true },
    ({ seen }) => {
      birthOf(seen.birth);
      for (const { vin, txid } of anchorsOf(seen.birth.descendants)) {
        const witness: Witness = witnessOf(vin[0]?.txinwitness);
        holds(witness.lowS, `input 0 of ${txid} has a high s`, { expected: 's ≤ n/2', got: witness.s, field: 'vin/0' });
      }
    },
  ),
  check(
    'MDT-LIN-007',
    'segwit',
    'every input is native segregated witness',
    { quote: 'native segregated witness with an empty scriptSig', scenes: ['birth', 'poor'] },
    ({ seen }) => {
      birthOf(seen.birth);
      for (const { vin, txid } of anchorsOf([...seen.birth.descendants, ...seen.poor.descendants])) {
        for (const [index, input] of vin.entries()) {
          const native = (input.scriptSig?.hex ?? '') === '' && (input.txinwitness?.length ?? 0) > 0;
          holds(native, `input ${String(index)} of ${txid} is of another kind`, {
            expected: 'an empty scriptSig and a witness',
            got: input.scriptSig?.hex,
            field: `vin/${String(index)}`,
          });
        }
      }
    },
  ),
  check(
    'MDT-LIN-008',
    'patience',
    'nothing is anchored while a further input would have 3 confirmations',
    { quote: 'MUST spend an output with at least 6 confirmations', scenes: ['poor'], negative: true },
    ({ seen }) => {
      if (seen.poor.spentEarly === undefined) throw new Untestable('the target never asked for coin');
      holds(!seen.poor.spentEarly, 'coin was spent before it was deep enough', {
        expected: '6 confirmations of every input after the first',
        got: '3 confirmations',
      });
      birthOf(seen.poor);
    },
  ),
  check(
    'MDT-LIN-008',
    'further-inputs',
    'inputs after the first are 6 deep',
    { quote: 'MUST spend an output with at least 6 confirmations', scenes: ['poor'], negative: true },
    ({ seen, evidence }) => {
      const birth = birthOf(seen.poor);
      const anchored = birth.block?.height;
      if (anchored === undefined) throw new Untestable('the BIRTH is not mined');
      evidence(
        'inputs',
        birth.vin.map(({ txid, vout }) => ({ txid, vout, height: seen.poor.heights[txid ?? ''] })),
      );
      for (const [index, input] of birth.vin.entries()) {
        const height = seen.poor.heights[input.txid ?? ''];
        if (index === 0 || height === undefined) continue;
        const most = anchored - height;
        holds(most >= FURTHER_INPUT_DEPTH, 'a further input was not deep enough', {
          expected: `at least ${String(FURTHER_INPUT_DEPTH)}`,
          got: `at most ${String(most)}`,
          field: `vin/${String(index)}`,
        });
      }
    },
  ),
  check(
    'MDT-LIN-011',
    'fee',
    'an anchor pays at least 1 sat/vB',
    { quote: 'a fee of at least 1 satoshi per virtual byte', scenes },
    ({ seen }) => {
      const birth = birthOf(seen.birth);
      const fee = satoshi(birth.fee ?? 0);
      holds(fee >= birth.vsize, 'the fee is too low', { expected: `at least ${String(birth.vsize)} sat`, got: fee });
    },
  ),
  check(
    'MDT-LIN-012',
    'locktime',
    'nLockTime is 0',
    { quote: '`nLockTime` of an anchor transaction MUST be 0', scenes },
    ({ seen }) => {
      birthOf(seen.birth);
      for (const { locktime } of anchorsOf(seen.birth.descendants)) equal(locktime, 0, 'nLockTime', 'locktime');
    },
  ),
  check(
    'MDT-LIN-013',
    'dust',
    'the continuation is not dust',
    { quote: 'MUST be worth at least 294 satoshi', scenes },
    ({ seen }) => {
      const continuation = birthOf(seen.birth).vout.find(({ scriptPubKey }) => !scriptPubKey.hex.startsWith('6a'));
      const value = satoshi(continuation?.value ?? 0);
      holds(value >= DUST, 'the continuation is dust', {
        expected: `at least ${String(DUST)} sat`,
        got: value,
        field: 'vout/1',
      });
    },
  ),
  check(
    'MDT-LIN-014',
    'replaceable',
    'input 0 signals replaceability',
    { quote: 'SHOULD signal replaceability (BIP-125)', scenes },
    ({ seen }) => {
      const sequence = birthOf(seen.birth).vin[0]?.sequence ?? FINAL;
      holds(sequence < FINAL, 'input 0 does not signal replaceability', {
        expected: 'a sequence below fffffffe',
        got: sequence.toString(16),
        field: 'vin/0',
      });
    },
  ),
];

const once: Suite['checks'] = [
  check(
    'MDT-LIN-009',
    'restarts',
    'a target that is restarted is not born again',
    { quote: 'MUST NOT broadcast a second BIRTH', scenes, negative: true },
    ({ seen }) => {
      birthOf(seen.birth);
      if (seen.birth.lives.length < 2) throw new Untestable('the target did not live to be restarted');
      exactlyOneBirth(seen.birth.descendants);
    },
  ),
  check(
    'MDT-LIN-009',
    'killed',
    'a target that is killed in its ceremony is born once',
    { quote: 'whatever happens to its process', scenes: ['killed'], negative: true },
    ({ seen }) => {
      birthOf(seen.killed);
      exactlyOneBirth(seen.killed.descendants);
    },
  ),
  check(
    'MDT-LIN-009',
    'reorganised',
    'a target whose BIRTH was reorganised away is not born again',
    { quote: 'MUST NOT broadcast a second BIRTH', scenes: ['reorganised'], negative: true },
    ({ seen }) => {
      if (!seen.reorganised.reorganisations.some(({ tookBirth }) => tookBirth))
        throw new Untestable('its BIRTH was never reorganised away: it was not ready before');
      birthOf(seen.reorganised);
      exactlyOneBirth(seen.reorganised.descendants);
    },
  ),
  check(
    'MDT-LIN-010',
    'resume',
    'a target that is killed at any step goes on at that step',
    { quote: 'MUST resume it at that step', scenes: ['killed'] },
    ({ seen }) => {
      if (!seen.killed.payment) throw new Untestable('the target never asked for coin');
      // What a relay asks for once it is ready pays for registrations, at another address (11.5).
      const addresses = seen.killed.lives.flatMap((life) => {
        const ready = eventsOf(life, 'ready')[0]?.at ?? Infinity;
        return eventsOf(life, 'funding').flatMap(({ at, line }) => (at < ready ? [line.address] : []));
      });
      equal([...new Set(addresses)], [seen.killed.payment.address], 'the addresses it asked to be paid at');
      holds(seen.killed.entityId !== undefined, 'it was never ready again', {
        expected: 'ready after the last restart',
        got: eventNames(seen.killed.lives.at(-1)?.lines),
      });
      birthOf(seen.killed);
    },
  ),
];

function exactlyOneBirth(descendants: readonly ChainTransaction[]): void {
  const births = descendants.filter(isBirth);
  for (const tx of births) lookedAt(tx);
  equal(births.length, 1, `the number of BIRTHs (${births.map(({ txid }) => txid).join(', ')})`);
}

async function blockOf(world: World, txid: string | undefined, from = 0): Promise<number | undefined> {
  const blocks = await world.index.blocksFrom(from);
  return blocks.find(({ tx }) => tx.some((found) => found.txid === txid))?.height;
}

export const lineage: Suite = {
  chapter: '02-anchors-and-lineage',
  checks: [...outpoints, ...shape, ...once],
};
