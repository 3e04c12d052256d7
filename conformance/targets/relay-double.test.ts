/** The checks of chapter 11 on the kit's own relay: all pass where it is honest, and each change is noticed by its check. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import { startChain, type Chain } from '../chain/start.ts';
import { EventStream } from '../kit/events.ts';
import { loadTarget } from '../kit/manifest.ts';
import { certify } from '../kit/run.ts';
import { CHANGES } from './relay-double/changes.ts';

describe('the relay double', function () {
  this.timeout(600_000);
  let node: Chain;
  let folder: string;
  let runs = 0;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-relay-double-'));
    node = await startChain();
  });
  after(async () => {
    await node.stop();
    rmSync(folder, { recursive: true });
  });

  async function run(name: string, only: string[]): Promise<readonly ReportCheck[]> {
    const target = loadTarget(join(import.meta.dirname, 'relay-double.target.yaml'));
    target.command.push(name);
    const events = new EventStream(join(folder, String(runs++)));
    const { checks } = await certify({ target, seed: 'relay-double', events, chain: {}, node, only, whole: true });
    return checks;
  }

  it('passes every check of chapter 11', async () => {
    const wrong = (await run('honest', ['MDT-RLY'])).filter(({ outcome }) => outcome !== 'pass');
    assert.deepEqual(
      wrong.map(({ id, message }) => `${id}: ${message ?? ''}`),
      [],
    );
  });

  for (const names of groups()) {
    it(`fails the checks of ${names.join(', ')}`, async () => {
      const wanted = names.map((name) => CHANGES[name]?.requirement ?? '');
      const checks = await run(names.join(','), [...new Set(wanted)]);
      const failed = new Set(checks.filter(({ outcome }) => outcome === 'fail').map(({ requirement }) => requirement));
      const unnoticed = names.filter((_name, index) => !failed.has(wanted[index] ?? ''));
      const outcomes = checks.map(({ id, outcome, message }) => `${id} ${outcome} ${message ?? ''}`).join('\n');
      assert.deepEqual(unnoticed, [], outcomes);
    });
  }
});

/** Changes that can be made at once, since no two of a group are of one call. */
function groups(): string[][] {
  const all: { calls: Set<string>; names: string[] }[] = [];
  for (const [name, { call }] of Object.entries(CHANGES)) {
    let group = all.find(({ calls }) => !calls.has(call));
    if (!group) all.push((group = { calls: new Set(), names: [] }));
    group.calls.add(call);
    group.names.push(name);
  }
  return all.map(({ names }) => names);
}
