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

/** Side by side, since each waits most of the time. */
const AT_ONCE = 3;

describe('the relay double', function () {
  this.timeout(600_000);
  let node: Chain;
  let folder: string;
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
    const events = new EventStream(join(folder, `${name}.jsonl`));
    const { checks } = await certify({ target, seed: name, events, chain: {}, node, only, whole: true });
    return checks;
  }

  it('passes every check of chapter 11', async () => {
    const wrong = (await run('honest', ['MDT-RLY'])).filter(({ outcome }) => outcome !== 'pass');
    assert.deepEqual(
      wrong.map(({ id, message }) => `${id}: ${message ?? ''}`),
      [],
    );
  });

  it('fails the check of each change', async () => {
    const queue = Object.entries(CHANGES);
    const unnoticed: string[] = [];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [name, { requirement }] = next;
        const checks = await run(name, [requirement]);
        if (!checks.some(({ outcome }) => outcome === 'fail'))
          unnoticed.push(`${name}: ${checks.map(({ id, outcome }) => `${id} ${outcome}`).join(', ')}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    assert.deepEqual(unnoticed, []);
  });
});
