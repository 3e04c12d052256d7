/** The world that clients are sent into: each scenario is wrong in what it says and in nothing else, by the oracle. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startFresh, type Chain } from '../../chain/start.ts';
import { SeededRandom } from '../random.ts';
import { expectedEvidence, oracleVerdict } from './expected-answer.ts';
import { openNetwork, type OpenNetwork } from './open-network.ts';
import { control, type Step } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';

/** Verdicts that the canary makes of VERIFIED. */
const ALIVE = ['ACTIVE', 'STALE', 'TRIPPED'];

describe('the scenarios of a client in the network', function () {
  this.timeout(120_000);
  let chain: Chain;
  let network: OpenNetwork;

  before(async () => {
    chain = await startFresh({});
    network = await openNetwork(chain, new SeededRandom('network test'));
  });
  after(async () => {
    network.close();
    await chain.stop();
  });

  const named = ({ sources }: Step): string[] => sources.map(({ kind }, index) => `${kind} ${String(index)}`);

  it('are 45 and more, each of a name of its own', () => {
    assert.ok(SCENARIOS.length >= 45, String(SCENARIOS.length));
    assert.equal(new Set(SCENARIOS.map(({ id }) => id)).size, SCENARIOS.length);
  });

  it('have a control each that looks like them and in which nothing is wrong', async () => {
    for (const { id, steps } of SCENARIOS)
      for (const step of steps(network)) {
        const honest = control(network, step);
        assert.deepEqual(named(honest), named(step), id);
        assert.equal(honest.canary, step.canary, id);
        const [expected] = honest.expected;
        assert.ok(['VERIFIED', 'ACTIVE'].includes(expected.verdict), id);
        assert.ok(await expectedEvidence(honest, expected, named(honest), []), id);
      }
  });

  it('are wrong in what they say, where a first question shows a record', async () => {
    const judged: string[] = [];
    for (const { id, steps } of SCENARIOS) {
      const [first] = steps(network);
      if (first.shown === undefined) continue;
      const { verdict, code } = await oracleVerdict(first, named(first), []);
      const said = `${verdict} ${code ?? ''}`;
      const allowed = first.expected.map((each) =>
        ALIVE.includes(each.verdict) || first.canary ? 'VERIFIED ' : `${each.verdict} ${each.code ?? ''}`,
      );
      assert.ok(allowed.includes(said), `${id}: ${said}, expected ${allowed.join(' or ')}`);
      judged.push(id);
    }
    assert.ok(judged.length >= 45, String(judged.length));
  });

  it('hold the node for what it is: its work is the sum of all headers', async () => {
    const { chainwork, bestblockhash } = await chain.rpc.call<{ chainwork: string; bestblockhash: string }>(
      'getblockchaininfo',
    );
    const found = SCENARIOS.find(({ id }) => id === 'p2p-node');
    assert.ok(found);
    const [step] = found.steps(network);
    const evidence = await expectedEvidence(step, { verdict: 'VERIFIED' }, ['node'], []);
    assert.equal(evidence?.tip_hash, bestblockhash);
    assert.equal(evidence.sources[0]?.work, chainwork);
  });
});
