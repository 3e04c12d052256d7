import { before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { refuses } from '../core/expect-error.ts';
import { DtaState, type Birth } from './state.ts';
import { Life } from './test-life.ts';
import { fund, testSecrets } from './test-parts.ts';

const unwritten = { write: (): void => undefined };

/** The birth of a D-TA, and that of another one. */
async function births(): Promise<[Birth, Birth]> {
  const kept = async (): Promise<Birth> => {
    const life = new Life(new SimulatedNode(20));
    fund(life.node, life.secrets);
    await life.untilBorn();
    return life.state.birth ?? assert.fail('not born');
  };
  return [await kept(), await kept()];
}

describe('DtaState', () => {
  let birth: Birth;
  let another: Birth;
  before(async () => ([birth, another] = await births()));

  it('takes one birth and refuses a second', async () => {
    const state = DtaState.create(unwritten, testSecrets());
    state.giveBirth(birth);
    await refuses(() => state.giveBirth(birth), 'MDT_INTERNAL', 'birth');
  });

  it('keeps no birth and no version that could not be written', () => {
    let full = false;
    const write = (): void => {
      if (full) throw new Error('no space left on device');
    };
    const state = DtaState.create({ write }, testSecrets());
    full = true;
    assert.throws(() => state.giveBirth(birth));
    assert.equal(state.birth, undefined);
    full = false;
    state.giveBirth(birth);
    full = true;
    assert.throws(() => state.replaceAnchor(birth.versions[0]));
    assert.deepEqual(state.birth, birth);
  });

  it('keeps every version of the anchor, and refuses one that spends another outpoint', async () => {
    const written: Uint8Array[] = [];
    const state = DtaState.create({ write: (content) => void written.push(content) }, testSecrets());
    await refuses(() => state.replaceAnchor(birth.versions[0]), 'MDT_INTERNAL', 'birth');
    state.giveBirth(birth);
    await refuses(() => state.replaceAnchor(another.versions[0]), 'MDT_INTERNAL', 'birth');
    state.replaceAnchor({ ...birth.versions[0], txid: 'ab' });
    const read = DtaState.read(unwritten, written.at(-1) ?? new Uint8Array());
    assert.deepEqual(
      read.birth?.versions.map(({ txid }) => txid),
      [birth.versions[0].txid, 'ab'],
    );
    assert.deepEqual([read.birth.record, read.birth.signature], [birth.record, birth.signature]);
  });

  it('reads a file of version 1, which knew one version of the anchor and the value of its first input', () => {
    const { record, signature, versions, coins } = birth;
    const [{ transaction, txid }] = versions;
    const old = { record, signature, transaction, txid, prevoutValue: coins[0].value };
    const content = JSON.stringify({ version: 1, secrets: testSecrets(), birth: old });
    assert.deepEqual(DtaState.read(unwritten, Buffer.from(content)).birth, birth);
    const unborn = JSON.stringify({ version: 1, secrets: testSecrets() });
    assert.equal(DtaState.read(unwritten, Buffer.from(unborn)).birth, undefined);
  });

  it('refuses a state of another version', async () => {
    await refuses(() => DtaState.read(unwritten, Buffer.from('{"version":3}')), 'MDT_STATE', '/data_dir');
  });
});
