import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { startChain, type Chain } from '../chain/start.ts';
import { bornTarget } from '../world/scenes/born.ts';
import { Subject } from '../world/subject.ts';
import { EventStream } from './events.ts';
import { loadTarget, type Target } from './manifest.ts';
import { processLauncher } from './launcher.ts';
import { PROJECT } from './project.ts';
import { buildWorld } from './build-world.ts';
import { certify, type RunResult } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'milagro-observe-test-'));
const PASSWORD = 'MILAGRO_TEST_RPC_PASSWORD';

function targetAt({ issuer, grpc }: { issuer: string; grpc: string }, more = ''): Target {
  const path = join(folder, 'running.target.yaml');
  writeFileSync(
    path,
    `manifest: 1\nname: running\nrole: dta\nmode: endpoints\nendpoints: { issuer: "${issuer}", grpc: "${grpc}" }\n${more}claims: { profiles: [identity] }\n`,
  );
  return loadTarget(path);
}

async function observed(
  target: Target,
  bail = false,
): Promise<RunResult & { outcomes: Map<string, string[]>; reason?: string }> {
  const events = new EventStream();
  const result = await certify({ target, seed: 'observed', events, chain: {}, bail });
  const outcomes = new Map<string, string[]>();
  for (const { outcome, id } of result.checks) outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), id]);
  const last = events.events.at(-1);
  return { ...result, outcomes, ...(last?.type === 'run_finished' && last.reason && { reason: last.reason }) };
}

describe('an implementation that runs already', function () {
  this.timeout(60_000);
  let chain: Chain;
  let subject: Subject;

  before(async () => {
    chain = await startChain();
    const target = loadTarget(join(PROJECT, 'conformance/targets/reference.target.yaml'));
    const run = { target, seed: 'observed', events: new EventStream(), chain: {} };
    const world = await buildWorld(run, chain, processLauncher(target));
    subject = await Subject.create(world, 'running');
    assert.ok(await bornTarget(subject, () => undefined));
    process.env[PASSWORD] = chain.targetRpc.password;
  });

  after(async () => {
    await subject.dispose();
    await chain.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** At another name than that of its record. */
  function elsewhere(): Target {
    const at = subject.configuration.public;
    return targetAt({ ...at, issuer: at.issuer.replace('127.0.0.1', 'localhost') });
  }

  it('is observed by its endpoints alone: what needs control or a chain is not observable', async () => {
    const { exit, verdict, outcomes, reason } = await observed(targetAt(subject.configuration.public));
    assert.deepEqual([exit, verdict], [0, 'observed'], JSON.stringify([...outcomes]));
    assert.deepEqual([...outcomes.keys()].sort(), ['not claimed', 'not observable', 'pass']);
    assert.match(reason ?? '', /no certificate/);
    assert.ok(outcomes.get('pass')?.includes('MDT-DOC-011/signature'), 'the live signature is looked at');
    assert.ok(outcomes.get('not observable')?.includes('MDT-TGT-006/sigterm'));
    assert.ok((outcomes.get('pass')?.length ?? 0) > 35, String(outcomes.get('pass')?.length));
  });

  it('is held against the chain where the manifest names a node', async () => {
    const { url, user } = chain.targetRpc;
    const rpc = `chain: { rpc: { url: "${url}", user: "${user}", password_env: ${PASSWORD} } }\n`;
    const alone = await observed(targetAt(subject.configuration.public));
    const { exit, verdict, outcomes } = await observed(targetAt(subject.configuration.public, rpc));
    assert.deepEqual([exit, verdict], [0, 'observed'], JSON.stringify([...outcomes]));
    const more = outcomes.get('pass')?.filter((id) => !alone.outcomes.get('pass')?.includes(id)) ?? [];
    assert.ok(more.length > 20, String(more));
  });

  it('fails for what is seen to be wrong', async () => {
    const { exit, verdict, outcomes } = await observed(elsewhere());
    assert.deepEqual([exit, verdict], [1, 'observed']);
    assert.deepEqual(outcomes.get('fail'), ['MDT-REC-005/issuer']);
  });

  it('is looked at no further than to the first failure, with --bail', async () => {
    const { exit, verdict, checks, reason } = await observed(elsewhere(), true);
    assert.deepEqual([exit, verdict, checks.at(-1)?.id], [1, 'observed', 'MDT-REC-005/issuer']);
    assert.match(reason ?? '', /to end with the first check that fails: \d+ checks were not run/);
  });

  it('comes to no verdict where nobody answers, and says so', async () => {
    const nobody = targetAt({ issuer: 'http://127.0.0.1:9', grpc: '127.0.0.1:9' });
    const { exit, verdict, reason, checks, outcomes } = await observed(nobody);
    assert.deepEqual([exit, verdict], [3, 'no verdict']);
    assert.match(reason ?? '', /^the target did not start: http:\/\/127\.0\.0\.1:9 gives no answer/);
    assert.deepEqual([...outcomes.keys()].sort(), ['not claimed', 'not observable', 'untestable']);
    for (const { outcome, message } of checks)
      if (outcome === 'untestable') assert.match(message ?? '', /^the target did not start: http.* gives no answer/);
  });

  it('needs the password that its manifest names', async () => {
    const rpc = 'chain: { rpc: { url: "http://127.0.0.1:9", user: x, password_env: MILAGRO_NO_SUCH } }\n';
    const events = new EventStream();
    const target = targetAt(subject.configuration.public, rpc);
    await assert.rejects(certify({ target, seed: 'observed', events, chain: {} }), {
      code: 'MDT_KIT_MANIFEST',
      field: '/chain/rpc/password_env',
    });
    assert.deepEqual(events.events, []); // so an earlier report stays whole
  });
});
