import { before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { refuses } from '../core/expect-error.ts';
import { EntityState } from './state.ts';
import { Life } from './test-life.ts';
import { fund, testSecrets } from './test-parts.ts';

const unwritten = { write: (): void => undefined };

/** What a D-TA keeps once it is born. */
async function kept(): Promise<EntityState> {
  const life = new Life(new SimulatedNode(20));
  fund(life.node, life.secrets);
  await life.untilBorn();
  return life.state;
}

function bear(state: EntityState, like: EntityState): void {
  const [document = assert.fail(), anchored = assert.fail()] = [like.birth, like.documents[0]];
  state.giveBirth({ document, anchored }, like.versions[0] ?? assert.fail());
}

describe('EntityState', () => {
  let born: EntityState;
  let another: EntityState;
  before(async () => ([born, another] = [await kept(), await kept()]));

  it('takes one birth and refuses a second', async () => {
    const state = EntityState.create(unwritten, testSecrets());
    bear(state, born);
    await refuses(() => bear(state, born), 'MDT_INTERNAL', 'birth');
  });

  it('keeps nothing that could not be written', () => {
    let full = false;
    const write = (): void => {
      if (full) throw new Error('no space left on device');
    };
    const state = EntityState.create({ write }, testSecrets());
    full = true;
    assert.throws(() => bear(state, born));
    assert.equal(state.birth, undefined);
    full = false;
    bear(state, born);
    full = true;
    assert.throws(() => state.keep(state.versions[0] ?? assert.fail()));
    assert.throws(() => state.enqueue({ kind: 'STATUS', payload: '' }));
    assert.deepEqual([state.versions, state.documents], [born.versions, born.documents]);
  });

  it('keeps every version of an anchor, and refuses one that continues nothing that it holds', async () => {
    const written: Uint8Array[] = [];
    const state = EntityState.create({ write: (content) => void written.push(content) }, testSecrets());
    const [own = assert.fail(), foreign = assert.fail()] = [born.versions[0], another.versions[0]];
    await refuses(() => state.keep(own), 'MDT_INTERNAL', 'lineage');
    bear(state, born);
    await refuses(() => state.keep(foreign), 'MDT_INTERNAL', 'lineage');
    state.enqueue({ kind: 'STATUS', payload: '' });
    await refuses(() => state.keep({ ...foreign, document: 1 }), 'MDT_INTERNAL', 'lineage');
    await refuses(() => state.keep({ ...own, document: 1 }), 'MDT_INTERNAL', 'lineage'); // the outpoint of the BIRTH
    state.keep({ ...own, txid: 'ab' });
    const read = EntityState.read(unwritten, written.at(-1) ?? new Uint8Array());
    assert.deepEqual(
      read.versions.map(({ txid }) => txid),
      [own.txid, 'ab'],
    );
    assert.deepEqual(read.birth, born.birth);
  });

  it('holds an earlier anchor key until it is told to throw it away, and knows its public half after', async () => {
    const state = EntityState.create(unwritten, born.secrets);
    bear(state, born);
    const [document = assert.fail(), anchored = assert.fail()] = [born.birth, born.documents[0]];
    const fresh = testSecrets();
    state.succeed({ document, anchored: { ...anchored, kind: 'SUCCESSOR' } }, fresh);
    assert.deepEqual(Buffer.from(state.secretKey(0)).toString('hex'), born.secrets.anchor);
    assert.deepEqual(Buffer.from(state.secretKey(1)).toString('hex'), fresh.anchor);
    const key = state.publicKey(0);
    assert.deepEqual([state.forgetKeysBefore(1), state.forgetKeysBefore(1)], [true, false]);
    assert.deepEqual(state.publicKey(0), key);
    await refuses(() => state.secretKey(0), 'MDT_STATE', 'keys');
    assert.deepEqual(Buffer.from(state.secretKey(1)).toString('hex'), fresh.anchor);
  });

  it('reads files of version 1, which knew one version of the BIRTH and the value of its first input', () => {
    const [{ record, signature } = assert.fail(), { transaction, txid, coins } = assert.fail()] = [
      born.birth,
      born.versions[0],
    ];
    const old = { record, signature, transaction, txid, prevoutValue: coins[0].value };
    const read = EntityState.read(
      unwritten,
      Buffer.from(JSON.stringify({ version: 1, secrets: testSecrets(), birth: old })),
    );
    assert.deepEqual([read.records, read.documents, read.versions], [born.records, born.documents, born.versions]);
    const unborn = JSON.stringify({ version: 1, secrets: testSecrets() });
    assert.equal(EntityState.read(unwritten, Buffer.from(unborn)).birth, undefined);
  });

  it('reads files of version 2, which knew no anchor but the BIRTH', () => {
    const [{ transaction, txid, coins } = assert.fail()] = born.versions;
    const versions = [
      { transaction, txid },
      { transaction, txid: 'ab' },
    ];
    const birth = { ...born.birth, coins, versions };
    const read = EntityState.read(unwritten, Buffer.from(JSON.stringify({ version: 2, secrets: born.secrets, birth })));
    assert.deepEqual([read.records, read.documents], [born.records, born.documents]);
    assert.deepEqual(read.versions, [born.versions[0], { ...born.versions[0], txid: 'ab' }]);
    assert.deepEqual(read.secrets, born.secrets);
  });

  it('refuses a state of another version', async () => {
    await refuses(() => EntityState.read(unwritten, Buffer.from('{"version":4}')), 'MDT_STATE', '/data_dir');
  });
});
