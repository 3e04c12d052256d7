import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KitError } from '../kit/kit-error.ts';
import type { Target } from '../kit/manifest.ts';
import { targetOf } from '../kit/sample-ledger.ts';
import { readRun } from '../report/recorded-run.ts';
import { MAIN, pause } from './program-fixture.ts';
import { Changes, filesOf } from './watch.ts';

describe('what is watched of a target', () => {
  let folder: string;
  let changes: Changes | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-watch-test-'));
    for (const name of ['src', 'out', 'src/node_modules']) mkdirSync(join(folder, name));
    for (const name of ['a.target.yaml', 'dta.js', 'src/x.js', 'other.js']) write(name, '1');
  });
  afterEach(() => {
    changes?.close();
    rmSync(folder, { recursive: true });
  });

  function write(name: string, text: string): void {
    writeFileSync(join(folder, name), text);
  }

  function watching(...names: string[]): Changes {
    changes = new Changes(
      names.map((name) => join(folder, name)),
      join(folder, 'out'),
    );
    return changes;
  }

  it('are its manifest and the files that its command names, each once, and not what runs it', () => {
    const target: Target = {
      ...targetOf(),
      path: join(folder, 'a.target.yaml'),
      folder,
      command: [process.execPath, join(folder, 'dta.js'), 'dta.js', '--certify', 'src'],
    };
    assert.deepEqual(filesOf(target), [join(folder, 'a.target.yaml'), join(folder, 'dta.js')]);
  });

  it('tells that a file was written, and that it was replaced', async () => {
    const seen = watching('dta.js');
    write('dta.js', '2');
    await seen.next();
    write('dta.js.new', '3');
    renameSync(join(folder, 'dta.js.new'), join(folder, 'dta.js'));
    await seen.next();
  });

  it('tells of what lies in a folder, and remembers what happened while nobody waited', async () => {
    const seen = watching('src');
    write('src/x.js', '2');
    await new Promise((resolve) => setTimeout(resolve, 400));
    await seen.next();
  });

  it('tells of no file beside it, of no report, and of nothing that packages bring', async () => {
    const seen = watching('.');
    const beside = new Changes([join(folder, 'dta.js')], join(folder, 'out'));
    const told: string[] = [];
    const both = [seen.next().then(() => told.push('in the folder')), beside.next().then(() => told.push('the file'))];
    write('out/report.json', '{}');
    write('src/node_modules/y.js', '1');
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual(told, []);
    write('other.js', '2');
    await both[0];
    assert.deepEqual(told, ['in the folder']);
    write('dta.js', '2');
    await both[1];
    beside.close();
  });

  it('have to be there', () => {
    assert.throws(
      () => watching('nowhere'),
      (error) => error instanceof KitError && error.exit === 2 && error.field === '--also-watch',
    );
  });

  it('runs again with --watch when the manifest changes, on the node of the run before, and ends with the last status', async () => {
    const manifest = (command: string): string =>
      JSON.stringify({
        ...{ manifest: 1, name: 'watched', role: 'dta', mode: 'command' },
        ...{ command: [command], claims: { profiles: ['identity'] } },
      });
    const path = join(folder, 'watched.target.yaml');
    writeFileSync(path, manifest('/nonexistent/one'));
    const args = ['certify', '--watch', '--only', 'MDT-HST-001/record', 'watched.target.yaml', '--report', 'r-watch'];
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    const waiting = async (times: number): Promise<void> => {
      for (let tries = 0; tries < 600 && said.split('waiting for a change').length <= times; tries++) await pause();
      assert.equal(said.split('waiting for a change').length - 1, times, said);
    };
    await waiting(1);
    const nodeOf = (): unknown =>
      readRun(join(folder, 'r-watch'), 'run').events.find(({ type }) => type === 'chain_started');
    const first = nodeOf() as { ms: number };
    writeFileSync(path, 'not a manifest');
    await waiting(2);
    assert.match(said, /MDT_KIT_MANIFEST/);
    writeFileSync(path, manifest('/nonexistent/two'));
    await waiting(3);
    assert.equal((nodeOf() as { ms: number }).ms, first.ms);
    assert.match(readFileSync(join(folder, 'r-watch/events.jsonl'), 'utf8'), /nonexistent\/two/);
    child.kill('SIGINT');
    assert.equal(await ended, 3, said);
  });
}).timeout(60_000);
