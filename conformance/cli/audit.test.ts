import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditVerdict, LogPromise } from '../../reference/gen/schemas.ts';
import { schemaFault } from '../kit/schemas.ts';
import { PatStage } from './pat-fixture.ts';

/** What was printed, without the status of the program. */
function printed<T extends { status: number }>(verdict: T): Omit<T, 'status'> {
  const { status: _, ...document } = verdict;
  return document;
}

const POLICY = { log_period_seconds: 2, anchor_period_seconds: 2, canary_max_age_seconds: 120 };

/** A D-TA with periods of 2 s on a real bitcoind, whose blocks are mined meanwhile. */
describe('milagro-trust audit', function () {
  this.timeout(90_000);
  let stage: PatStage;
  let entity = '';
  let mining: NodeJS.Timeout;
  const promises: string[] = [];

  before(async () => {
    stage = await PatStage.set(POLICY);
    entity = await stage.bringUp();
    mining = setInterval(() => void stage.regtest.mine(1).catch(() => undefined), 300);
  });
  after(async () => {
    clearInterval(mining);
    await stage.strike();
  });

  const enter = async (count: number): Promise<void> => {
    for (let made = 0; made < count; made++) {
      const subject = String(promises.length).padStart(64, '0');
      const answer = await stage.control('append', { kind: 'person', subject });
      const { promise } = answer as { promise?: LogPromise };
      const path = join(stage.folder, `promise-${String(promises.length)}.json`);
      writeFileSync(path, JSON.stringify(promise));
      promises.push(path);
    }
  };

  const audit = async (...args: string[]): Promise<AuditVerdict & { status: number }> => {
    const ran = await stage.run('audit', stage.issuer, '--pin', entity, '--headers', stage.rest, '--json', ...args);
    try {
      return { ...(JSON.parse(ran.out) as AuditVerdict), status: ran.status };
    } catch {
      throw new Error(`status ${String(ran.status)}: ${ran.out}${ran.err}`);
    }
  };

  const until = async (
    holds: (verdict: AuditVerdict) => boolean,
    ...args: string[]
  ): Promise<AuditVerdict & { status: number }> => {
    for (;;) {
      const verdict = await audit(...args);
      if (holds(verdict)) return verdict;
      assert.equal(verdict.verdict, 'CLEAN', JSON.stringify(verdict.findings));
    }
  };

  it('finds nothing wrong with the reference: every entry, root, anchor and promise', async () => {
    await enter(12);
    const anchored = ({ anchors }: AuditVerdict): boolean => (anchors?.activity_roots ?? 0) >= 2;
    const verdict = await until(anchored, ...promises.flatMap((path) => ['--promise', path]));
    assert.equal(schemaFault('audit-verdict', printed(verdict)), undefined);
    assert.deepEqual([verdict.status, verdict.verdict, verdict.verification.verdict], [0, 'CLEAN', 'ACTIVE']);
    assert.deepEqual(verdict.log?.entries, { from: 0, to: 12 });
    assert.deepEqual(verdict.log?.checkpoint, verdict.log?.recomputed);
    const kept = ({ promises: each }: AuditVerdict): boolean => each?.kept === 12;
    await until(kept, ...promises.flatMap((path) => ['--promise', path]));
  });

  it('goes on where it ended, across a restart of the service', async () => {
    const state = ['--state', join(stage.folder, 'auditor')];
    const first = await audit(...state);
    assert.equal(first.verdict, 'CLEAN', JSON.stringify(first.findings));
    await stage.restart();
    await enter(3);
    const later = await audit(...state);
    assert.equal(later.verdict, 'CLEAN', JSON.stringify(later.findings));
    assert.deepEqual(later.log?.entries, { from: 12, to: 15 });
    assert.equal(later.log?.roots.from, first.log?.roots.to);
  });

  it('says so to a person, the verdict last', async () => {
    const { status, out, err } = await stage.run('audit', stage.issuer, '--pin', entity, '--headers', stage.rest);
    assert.equal(status, 0, err + out);
    assert.match(out, /^entity {4}ACTIVE/);
    assert.match(out, /^entries {3}15, all of them read$/m);
    assert.match(out, /\nCLEAN\n$/);
  });

  it('has a client beside it that finds the canary alive, from a bundle too', async () => {
    const bundle = join(stage.folder, 'alive.bundle.json');
    const asked = ['--pin', entity, '--canary'];
    const live = await stage.verdict(stage.issuer, '--headers', stage.rest, '--save', bundle, ...asked);
    assert.deepEqual([live.status, live.verdict, live.code], [0, 'ACTIVE', undefined]);
    assert.equal(schemaFault('verdict', printed(live)), undefined);
    const offline = await stage.verdict('--bundle', bundle, ...asked);
    assert.deepEqual([offline.status, offline.verdict], [0, 'ACTIVE']);
    const [shown, held] = [live, offline].map(({ steps }) => steps.at(-1)?.evidence['sha256']);
    assert.equal(shown, held);
  });

  it('sees a canary trip, and goes on seeing it by what it remembers', async () => {
    const state = ['--state', join(stage.folder, 'tripped')];
    assert.deepEqual(await stage.control('status', { codes: ['WAR', 'GAG', 'SUBP'] }), { id: 16, ok: true });
    const verdict = await audit(...state);
    assert.deepEqual([verdict.status, verdict.verdict, verdict.verification.code], [1, 'TRIPPED', 'MDT_STATUS_CODE']);
    const pat = await stage.verdict(stage.issuer, '--pin', entity, '--headers', stage.rest, '--canary');
    assert.deepEqual([pat.status, pat.verdict, pat.code], [1, 'TRIPPED', 'MDT_STATUS_CODE']);
  });

  for (const [args, says] of [
    [[], /missing required argument 'url'/],
    [['https://a.example'], /at least one --headers/],
    [['https://a.example', '--headers', 'http://127.0.0.1:1', '--promise', '/nonexistent'], /cannot be read/],
  ] as const)
    it(`exits with 2 for: audit ${args.join(' ')}`, async () => {
      const { status, err } = await stage.run('audit', ...args);
      assert.equal(status, 2);
      assert.match(err, says);
    });
});
