import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hexToBytes } from '@noble/hashes/utils.js';
import * as fc from 'fast-check';
import { outage, SimulatedNode } from '../chain/simulated-node.ts';
import { txidOf } from '../chain/simulated-mempool.ts';
import { checkOutputs } from '../core/anchor-transaction.ts';
import { verifyChainSignature } from '../core/chain-signature.ts';
import { MdtError } from '../core/errors.ts';
import { parseTransaction } from '../core/transaction.ts';
import { publish } from './publication.ts';
import type { Born } from './stage.ts';
import { Life } from './test-life.ts';
import { beat, FUNDS, fund } from './test-parts.ts';

/** What may happen to a lineage between two looks at it. */
type Event =
  | { readonly do: 'mine' | 'restart' | 'forget' | 'beat' | 'tripped' | 'successor' | 'retire' | 'deposit' }
  | { readonly do: 'reorganise' | 'crash' | 'price'; readonly count: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Event>({ do: 'mine' }) },
  ...(['restart', 'forget', 'beat', 'beat', 'tripped', 'successor', 'deposit'] as const).map((name) => ({
    weight: 1,
    arbitrary: fc.constant<Event>({ do: name }),
  })),
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reorganise' as const), count: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), count: fc.integer({ min: 1, max: 15 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('price' as const), count: fc.integer({ min: 0, max: 12 }) }) },
);

class Chaos {
  readonly life = new Life(new SimulatedNode(20));
  beats = 0;

  async play({ do: name, ...event }: Event): Promise<void> {
    const { life } = this;
    const { node } = life;
    const count = 'count' in event ? event.count : 0;
    if (name === 'mine') node.mine(1);
    if (name === 'restart') life.restart();
    if (name === 'forget') node.mempool.forget();
    if (name === 'price') node.mempool.minersMinimum = count;
    if (name === 'deposit') node.pay(life.state.publicKey(life.state.records.length - 1), 1_000 + 200 * this.beats);
    if (name === 'beat' || name === 'tripped') {
      this.beats += 1;
      beat(life.state, this.beats % 250, name === 'tripped' ? true : undefined);
    }
    if (name === 'successor') await this.#bear(async () => life.ceremony.declareSuccessor());
    if (name === 'retire') await this.#bear(async () => life.ceremony.retire());
    if (name === 'reorganise') {
      node.disconnect(Math.min(count, node.height - 23)); // not below the funding
      node.mine(1);
    }
    if (name === 'crash') return this.#crashAt(count);
    await this.#bear(async () => void (await life.ceremony.advance()));
  }

  /** A process that dies at a call to the node, in the middle of whatever it does. */
  async #crashAt(call: number): Promise<void> {
    const { node } = this.life;
    let calls = 0;
    node.onCall = () => {
      calls += 1;
      if (calls >= call) throw outage();
    };
    await this.#bear(async () => void (await this.life.ceremony.advance()));
    node.onCall = () => undefined;
    this.life.restart();
  }

  /** What is refused is tried again at the next block; anything else is a fault of ours. */
  async #bear(work: () => Promise<void>): Promise<void> {
    const borne = ['MDT_CHAIN_UNAVAILABLE', 'MDT_CONFIRMATIONS', 'MDT_PENDING', 'MDT_NOT_READY', 'MDT_RETIRED'];
    try {
      await work();
    } catch (error) {
      if (!(error instanceof MdtError) || !borne.includes(error.code)) throw error;
    }
  }

  /** Blocks come, fees are low, nothing else happens. */
  async calm(): Promise<Born> {
    const { life } = this;
    life.node.mempool.minersMinimum = 0;
    await life.pass(3 * life.state.documents.length + 20);
    const stage = await life.ceremony.advance();
    return stage.at === 'born' ? stage : assert.fail(JSON.stringify(stage));
  }
}

/** What holds of every lineage, whatever happened to it. */
function checkLineage({ life }: Chaos, { inForce: { links }, stolen, lacks }: Born): void {
  assert.deepEqual([stolen, lacks], [undefined, undefined]);
  const anchored = links.map(({ version }) => version.document);
  assert.equal(new Set(anchored).size, anchored.length, 'a document is anchored twice');
  const declared = life.state.documents.map((_, index) => index);
  const retire = life.state.documents.findIndex(({ kind }) => kind === 'RETIRE');
  if (retire < 0)
    assert.deepEqual(
      anchored.toSorted((a, b) => a - b),
      declared,
      'not everything is anchored',
    );
  else assert.equal(anchored.at(-1), retire, 'the RETIRE is not the last');
  const urgent = links.filter(({ kind }) => kind !== 'STATUS').map(({ version }) => version.document);
  assert.deepEqual(
    urgent,
    urgent.toSorted((a, b) => a - b),
    'out of the order of declaration',
  );
  let generation = 0;
  for (const { version, kind } of links) {
    const transaction = parseTransaction(hexToBytes(version.transaction), '');
    verifyChainSignature(transaction, life.state.publicKey(generation), version.coins[0].value, '');
    if (kind === 'SUCCESSOR') generation += 1;
    checkOutputs(transaction, life.state.publicKey(generation), '');
  }
  const kept = new Set(life.state.versions.map(({ txid }) => txid));
  for (const hex of life.node.broadcasts) assert.ok(kept.has(txidOf(hex)), 'broadcast and not kept');
}

describe('a lineage to which anything happens', () => {
  it('has every document anchored once, in order, under the right keys, when it is left in peace', async () => {
    const ending = fc.constantFrom<Event[]>(
      [],
      [{ do: 'retire' }, { do: 'mine' }],
      [{ do: 'successor' }, { do: 'retire' }],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 40 }), ending, async (events, end) => {
        const chaos = new Chaos();
        fund(chaos.life.node, chaos.life.secrets, 20 * FUNDS);
        await chaos.life.untilBorn();
        for (const each of [...events, ...end]) await chaos.play(each);
        const stage = await chaos.calm();
        checkLineage(chaos, stage);
        await publish(chaos.life.node, 'regtest', stage.inForce);
      }),
      // A few for every day; CHAOS_RUNS=500 takes two minutes.
      { numRuns: Number(process.env['CHAOS_RUNS'] ?? 15) },
    );
  }).timeout(600_000);
});
