/** What an operator puts into the inbox of a D-TA: what is carried out, and what is refused with which code. */
import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuses } from '../core/expect-error.ts';
import { STATUS_CODES } from '../core/status.ts';
import { formatTime } from '../core/time.ts';
import type { Chain, HostedRecord, HostedStatus } from '../gen/schemas.ts';
import { bornLogging, eventually, hostedAs, json, kindsOn, PATIENCE_MS, STATUS, statusAfter } from './test-logging.ts';
import { RECORD, stopAll, type Started } from './test-service.ts';

afterEach(stopAll);

describe('orders of an operator', function () {
  this.timeout(PATIENCE_MS);

  async function ordered(started: Started, order: object): Promise<unknown> {
    const folder = join(started.configuration.data_dir, 'inbox');
    writeFileSync(join(folder, 'a.order.json'), JSON.stringify(order));
    await eventually(async () => (existsSync(join(folder, 'a.order.json')) ? undefined : true));
    const refused = readdirSync(folder).find((name) => name.endsWith('.refused.json'));
    return refused === undefined ? undefined : (JSON.parse(readFileSync(join(folder, refused), 'utf8')) as unknown);
  }

  it('are a STATUS that was signed elsewhere, if it follows', async () => {
    const started = await bornLogging();
    const { status: before, sha256 } = await json<HostedStatus>(started, STATUS);
    const status = statusAfter(before, sha256, {});
    const hosted = hostedAs(status);
    const refused = async (code: string, field: string, changed: object): Promise<void> => {
      const refusal = (await ordered(started, { order: 'status', hosted: changed })) as Refused;
      assert.deepEqual([refusal.code, refusal.field], [code, field]);
    };
    await refused('MDT_SIGNATURE', '/signature', { ...hosted, signature: '11'.repeat(64) });
    await refused('MDT_DIGEST', '/sha256', { ...hosted, sha256: '11'.repeat(32) });
    await refused('MDT_SCHEMA', '/status/codes/0', { ...hosted, status: { ...status, codes: ['NO'] } });
    await refused('MDT_STATUS_SEQ', '/previous', hostedAs(statusAfter(before, '22'.repeat(32), {})));
  });

  it('are no STATUS of another chain or block, nor one that is dated ahead, after which no honest one would follow', async () => {
    const started = await bornLogging();
    const { status: before, sha256 } = await json<HostedStatus>(started, STATUS);
    const right = statusAfter(before, sha256, {});
    const seconds = Date.parse(right.created) / 1000;
    const later = (by: number): Partial<HostedStatus['status']> => ({
      ...{ created: formatTime(seconds + by), next_due: formatTime(seconds + by + 10) },
      expires: formatTime(seconds + by + 20),
    });
    for (const [code, field, says] of [
      ['MDT_WRONG_CHAIN', '/chain/genesis', { chain: { ...right.chain, genesis: '5e'.repeat(32) } }],
      ['MDT_WRONG_CHAIN', '/chain/checkpoint', checkpoint(right.chain, 0)],
      ['MDT_WRONG_CHAIN', '/chain/checkpoint', checkpoint(right.chain, 2016)],
      ['MDT_FRESHNESS', '/freshness', { freshness: { ...right.freshness, hash: '5e'.repeat(32) } }],
      ['MDT_FRESHNESS', '/freshness', { freshness: { ...right.freshness, height: 10_000 } }],
      ['MDT_STATUS_SEQ', '/created', later(7_300)],
    ] as const) {
      const refusal = (await ordered(started, { order: 'status', hosted: hostedAs({ ...right, ...says }) })) as Refused;
      assert.deepEqual([refusal.code, refusal.field], [code, field]);
    }
    rmSync(join(started.configuration.data_dir, 'inbox', 'a.refused.json'));
    assert.equal(
      await ordered(started, { order: 'status', hosted: hostedAs({ ...right, ...later(3_600) }) }),
      undefined,
    );
  });

  it('are no STATUS that is dated long after its block', async () => {
    const started = await bornLogging();
    const { status: before, sha256 } = await json<HostedStatus>(started, STATUS);
    started.node.mine(170);
    const old = statusAfter(before, sha256, {});
    const refusal = (await ordered(started, { order: 'status', hosted: hostedAs(old) })) as Refused | undefined;
    assert.deepEqual([refusal?.code, refusal?.field], ['MDT_FRESHNESS', '/created']);
  });

  it('are the end', async () => {
    const started = await bornLogging();
    assert.equal(await ordered(started, { order: 'retire', reason: 'sold' }), undefined);
    assert.ok(kindsOn(started.node).includes('05'));
    const again = (await ordered(started, { order: 'retire', reason: 'sold' })) as { code: string };
    assert.equal(again.code, 'MDT_RETIRED');
  });

  it('are no STATUS by which a code triggers once the end is declared, and none once it is in force (MDT-STA-014)', async () => {
    const started = await bornLogging();
    const newest = async (): Promise<HostedStatus> => json(started, STATUS);
    assert.equal(await ordered(started, { order: 'retire', reason: 'sold' }), undefined);
    const { status: before, sha256 } = await newest();
    const trips = statusAfter(before, sha256, { codes: STATUS_CODES.slice(1) });
    const refusal = (await ordered(started, { order: 'status', hosted: hostedAs(trips) })) as Refused | undefined;
    assert.equal(refusal?.code, 'MDT_RETIRED');
    await refuses(async () => started.service.status(STATUS_CODES.slice(1)), 'MDT_RETIRED', 'retirement');
    rmSync(join(started.configuration.data_dir, 'inbox', 'a.refused.json'));
    const renewed = hostedAs(statusAfter(before, sha256, {}));
    assert.equal(await ordered(started, { order: 'status', hosted: renewed }), undefined);
    started.node.mine(3);
    await eventually(async () => ((await json<HostedRecord>(started, RECORD)).retirement ? true : undefined));
    const late = hostedAs(statusAfter(renewed.status, renewed.sha256, {}));
    const ended = (await ordered(started, { order: 'status', hosted: late })) as Refused | undefined;
    assert.deepEqual([ended?.code, (await newest()).sha256], ['MDT_RETIRED', renewed.sha256]);
  });

  it('are nothing else', async () => {
    const started = await bornLogging();
    const refused = (await ordered(started, { order: 'dance' })) as { code: string };
    assert.equal(refused.code, 'MDT_CONTROL');
  });
});

interface Refused {
  readonly code: string;
  readonly field: string;
}

function checkpoint(chain: Chain, height: number): Pick<HostedStatus['status'], 'chain'> {
  return { chain: { ...chain, checkpoint: { height, hash: '5e'.repeat(32) } } };
}
