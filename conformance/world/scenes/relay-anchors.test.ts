/** The anchors around a relay, by the table made by hand beside them: what the oracle reads of the same chain has to agree. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Regtest } from '../../chain/regtest.ts';
import { startChain, type Chain } from '../../chain/start.ts';
import { anchorsIn, type ChainAnchor } from '../../oracle/chain-anchors.ts';
import { ChainIndex } from '../chain-index.ts';
import { SeededRandom } from '../random.ts';
import { stageAnchors, type StagedAnchors } from './relay-anchors.ts';

describe('the anchors around a relay', function () {
  this.timeout(60_000);
  let chain: Chain;
  let staged: StagedAnchors;
  let byName: ReadonlyMap<string, ChainAnchor | undefined>;
  before(async () => {
    chain = await startChain();
    const regtest = await Regtest.create(chain.rpc);
    staged = await stageAnchors({ chain, regtest, random: new SeededRandom('anchors by hand') });
    const found = anchorsIn(await new ChainIndex(chain.rpc).blocksFrom(0));
    byName = new Map(
      Object.entries(staged.made).map(([name, { txid }]) => [name, found.find((anchor) => anchor.txid === txid)]),
    );
    assert.equal(found.length, [...byName.values()].filter((anchor) => anchor !== undefined).length);
  });
  after(() => chain.stop());

  it('are all that the oracle takes for anchors, and no others', () => {
    const names = [...byName].flatMap(([name, anchor]) => (anchor === undefined ? [name] : []));
    assert.deepEqual(names.sort(), [...staged.others].sort());
  });

  it('are members of the lineages that the oracle reads', () => {
    const nameOf = (txid: string): string =>
      Object.keys(staged.made).find((name) => staged.made[name]?.txid === txid) ?? txid;
    const members = [...byName].flatMap(([name, anchor]) =>
      anchor?.birth === undefined ? [] : [[name, nameOf(anchor.birth)] as const],
    );
    assert.deepEqual(Object.fromEntries(members), staged.members);
  });

  it('name the entities that the oracle reads in each BIRTH', () => {
    const born = Object.keys(staged.entities).map((letter) => [letter, byName.get(`${letter} birth`)?.payload.digest]);
    assert.deepEqual(Object.fromEntries(born), staged.entities);
  });
});
