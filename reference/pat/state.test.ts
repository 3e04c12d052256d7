import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuses } from '../core/expect-error.ts';
import { GrownLineage } from '../core/fixtures/grown-lineage.ts';
import { BEGIN, mineBranch, onSchedule, syntheticChain } from '../core/fixtures/mined-headers.ts';
import { writtenStatuses } from '../core/fixtures/written-statuses.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { KeptState } from './state.ts';

const ENTITY = {
  entity_id: '11'.repeat(32),
  digest: '22'.repeat(32),
  key: `02${'33'.repeat(32)}`,
  url: 'https://dta.example.org/.well-known/milagro-birth-record',
  tip: '44'.repeat(32),
};
const { genesis, parameters, checkpoint } = syntheticChain();
const NOW = 2_000_000_000;

describe('KeptState', () => {
  it('remembers entities from one run to the next, the newest of each', () => {
    const folder = temporaryFolder();
    const first = new KeptState(folder);
    first.remember(ENTITY);
    first.remember({ ...ENTITY, digest: '55'.repeat(32) });
    first.close();
    const second = new KeptState(folder);
    assert.deepEqual({ ...second.recall(ENTITY.entity_id) }, { ...ENTITY, digest: '55'.repeat(32) });
    assert.equal(second.recall('00'.repeat(32)), undefined);
    second.close();
    const entities = statSync(join(folder, 'entities.json'));
    assert.equal(entities.mode & 0o077, 0);
  });

  it('remembers the headers after a checkpoint, and begins anew where the file is damaged', async () => {
    const folder = temporaryFolder();
    const chain = new HeaderChain(parameters, checkpoint);
    chain.add(onSchedule(genesis, 3), NOW);
    const state = new KeptState(folder);
    state.keepHeaders(chain);
    const restored = async (): Promise<number> => {
      const empty = new HeaderChain(parameters, checkpoint);
      await state
        .headers(empty)
        ?.update(empty, NOW)
        .catch(() => undefined);
      return empty.tip.height;
    };
    assert.equal(await restored(), 3);
    const file = readdirSync(folder).find((name) => name.startsWith('headers-')) ?? '';
    const octets = chain.octets();
    octets[80 + 76] = 0xff ^ (octets[80 + 76] ?? 0);
    writeFileSync(join(folder, file), octets);
    assert.ok((await restored()) <= 2);
    state.close();
  });

  it('keeps where it is pruned the last hundred headers and a checkpoint, and goes on from there', async () => {
    const folder = temporaryFolder();
    // From the first to the last block of a period it takes what it should, so that the bits stay, if that is what is counted.
    const times = Array.from(
      { length: 1_303 },
      (_, at) => [0, 133, 266, 400].map((seconds) => Math.floor(at / 4) * 533 + seconds)[at % 4] ?? 0,
    );
    const headers = mineBranch(
      genesis,
      [...times, 325 * 533 + 400].slice(1).map((seconds) => ({ time: BEGIN + seconds })),
    );
    let whole: HeaderChain | undefined;
    let size = 0;
    for (const height of [50, 350, 351, 1_300, 1_303]) {
      const state = new KeptState(folder, true);
      const own = state.checkpoint(checkpoint);
      const chain = new HeaderChain(parameters, own);
      await state.headers(chain)?.update(chain, NOW);
      chain.add(headers.slice(chain.tip.height, height), NOW);
      whole = new HeaderChain(parameters, checkpoint);
      whole.add(headers.slice(0, height), NOW);
      assert.deepEqual({ ...chain.tip }, { ...whole.tip });
      assert.equal(chain.medianTimePast(chain.tip), whole.medianTimePast(whole.tip));
      state.keepHeaders(chain);
      assert.deepEqual({ ...state.checkpoint(checkpoint) }, whole.checkpointAt(Math.max(0, height - 100)));
      state.close();
      size = readdirSync(folder).reduce(
        (sum, name) => sum + (name === 'lock' ? 0 : statSync(join(folder, name)).size),
        0,
      );
      assert.ok(height < 100 || size < 10_000, `${size} octets`);
    }
    writeFileSync(join(folder, readdirSync(folder).find((name) => name.startsWith('checkpoint-')) ?? ''), '{}');
    const damaged = new KeptState(folder, true);
    await refuses(() => damaged.checkpoint(checkpoint), 'MDT_STATE', '--state');
    damaged.close();
  });

  it('is used by one process at a time, and does not begin anew where it is damaged', async () => {
    const folder = temporaryFolder();
    const state = new KeptState(folder);
    await refuses(() => new KeptState(folder), 'MDT_STATE');
    state.close();
    for (const content of ['[{}]', '{', '{"a":1}']) {
      writeFileSync(join(folder, 'entities.json'), content);
      await refuses(() => new KeptState(folder), 'MDT_STATE', '--state');
    }
  });

  it('remembers every STATUS of an entity, and does not forget them where their file is damaged', async () => {
    const folder = temporaryFolder();
    const grown = new GrownLineage('remembered');
    const id = grown.entityId;
    const seen = writtenStatuses(grown.hosted(), [{ at: 1_300_000_000 }, { at: 1_300_000_060 }]);
    const first = new KeptState(folder);
    assert.deepEqual(first.recallStatuses(id), []);
    first.remember({ ...ENTITY, entity_id: id });
    first.rememberStatuses(id, seen);
    first.rememberStatuses(id, []); // an answer in doubt takes nothing away
    first.close();
    const second = new KeptState(folder);
    assert.deepEqual(
      second.recallStatuses(id).map(({ sha256 }) => sha256),
      seen.map(({ sha256 }) => sha256),
    );
    second.close();
    for (const content of ['[{}]', '{', '{"a":1}']) {
      writeFileSync(join(folder, `statuses-${id}.json`), content);
      await refuses(() => new KeptState(folder), 'MDT_STATE', '--state');
    }
  });
});
