/** A D-TA whose log lost something, or has another thing than was shown, while its sealed state is still there: it starts no more, and says what is at fault. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { refuses } from '../core/expect-error.ts';
import type { LaunchConfiguration } from '../gen/schemas.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { fund, testSecrets } from './test-parts.ts';
import { IMPORTED, start, stopAll } from './test-service.ts';

const POLICY = {
  log_period_seconds: 1,
  anchor_period_seconds: 3_600,
  canary_max_age_seconds: 3_600,
  confirmations: 2,
  channel_confirmations: 3,
};
const ROOTS = 3;
const PATIENCE_MS = 30_000;

describe('a D-TA whose log is not the one that was shown', function () {
  this.timeout(PATIENCE_MS);
  const node = new SimulatedNode(20);
  let configuration: LaunchConfiguration;
  let served: string;
  /** The sealed state as it was before the last root. */
  let earlier: Buffer;

  before(async () => {
    const started = await start(node, { policy: POLICY });
    await started.until('MDT_UNFUNDED');
    fund(node, { ...testSecrets(), ...IMPORTED });
    await started.until('ready', node);
    await started.service.append('person', 'cd'.repeat(32));
    for (let seq = 0; seq < ROOTS;) {
      const { status } = await started.get(`/milagro/v1/log/root/${seq}`);
      if (status === 200) seq += 1;
      if (seq < ROOTS) earlier = readFileSync(join(started.configuration.data_dir, 'state.sealed'));
      if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await started.service.stop();
    ({ configuration } = started);
    served = readFileSync(join(configuration.data_dir, 'log', 'roots.jsonl'), 'utf8');
  });
  after(stopAll);

  /** What it left behind, with something done to its folder `log`. */
  function copy(change: (folder: string) => void): string {
    const folder = temporaryFolder();
    cpSync(configuration.data_dir, folder, { recursive: true });
    change(join(folder, 'log'));
    return folder;
  }

  async function startsNoMore(field: string, change: (folder: string) => void): Promise<void> {
    const started = await start(node, { ...configuration, data_dir: copy(change) });
    try {
      await refuses(async () => Promise.race([started.ended, started.until('ready')]), 'MDT_STATE', field);
    } finally {
      await started.service.stop();
    }
  }

  function rewritten(name: string, change: (lines: string[]) => string[]): (folder: string) => void {
    return (folder) => {
      const path = join(folder, name);
      writeFileSync(path, change(readFileSync(path, 'utf8').split('\n')).join('\n'));
    };
  }

  const lineCount = (): number => served.split('\n').length - 1;

  it('refuses a log that is gone as a whole', async () => {
    await startsNoMore('/data_dir/statuses.jsonl/0', (folder) => rmSync(folder, { recursive: true }));
  });

  it('refuses a series that is gone, or lacks its last document', async () => {
    const last = lineCount() - 1;
    await startsNoMore('/data_dir/roots.jsonl/0', (folder) => rmSync(join(folder, 'roots.jsonl')));
    await startsNoMore(
      `/data_dir/roots.jsonl/${last}`,
      rewritten('roots.jsonl', (lines) => lines.toSpliced(-2, 1)),
    );
    await startsNoMore(
      '/data_dir/statuses.jsonl/0',
      rewritten('statuses.jsonl', () => []),
    );
  });

  it('refuses a last document of which a part is gone, and leaves it as it was found', async () => {
    const cut = served.slice(0, -20);
    const field = `/data_dir/roots.jsonl/${lineCount() - 1}`;
    let path = '';
    await startsNoMore(field, (folder) => {
      path = join(folder, 'roots.jsonl');
      writeFileSync(path, cut);
    });
    assert.equal(readFileSync(path, 'utf8'), cut);
  });

  it('refuses entries that are gone, though what was made of them is gone as well', async () => {
    await startsNoMore('/data_dir/log/entries/0', (folder) => {
      for (const name of ['entries', 'hashes-0']) rmSync(join(folder, name));
    });
  });

  it('refuses a signature that was changed, with the document whose it is', async () => {
    const other = (line = ''): string => line.replace(/"signature":"../, '"signature":"00');
    await startsNoMore(
      '/data_dir/roots.jsonl/1',
      rewritten('roots.jsonl', (lines) => lines.with(1, other(lines[1]))),
    );
    const first = rewritten('statuses.jsonl', (lines) => lines.with(0, other(lines[0])));
    await startsNoMore('/data_dir/statuses.jsonl/0', first);
  });

  it('refuses a line of JSON that is no document', async () => {
    for (const line of ['null', '5', '"text"', '[]', '{}', '{"document":null}'])
      await startsNoMore(
        '/data_dir/roots.jsonl/1',
        rewritten('roots.jsonl', (lines) => lines.with(1, line)),
      );
  });

  it('starts on what it left, and where a crash came before its state had the last root', async () => {
    for (const state of [undefined, earlier]) {
      const data_dir = copy((folder) => state && writeFileSync(join(folder, '..', 'state.sealed'), state));
      const started = await start(node, { ...configuration, data_dir });
      await started.until('ready');
      assert.equal(readFileSync(join(data_dir, 'log', 'roots.jsonl'), 'utf8').slice(0, served.length), served);
      await started.service.stop();
    }
  });

  it('refuses a forged root where a crash came before its state had it', async () => {
    const last = lineCount() - 1;
    const forge = (lines: string[]): string[] =>
      lines.with(last, lines[last]?.replace(/"signature":"../, '"signature":"00') ?? '');
    await startsNoMore(`/data_dir/roots.jsonl/${last}`, (folder) => {
      rewritten('roots.jsonl', forge)(folder);
      writeFileSync(join(folder, '..', 'state.sealed'), earlier);
    });
  });
});
