import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GrownLineage } from '../core/fixtures/grown-lineage.ts';
import { bytesToHex } from '../core/hex.ts';
import type { Verdict, VerificationBundle } from '../gen/schemas.ts';
import { ownChain } from '../core/own-chain.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { run } from './program.ts';

const grown = new GrownLineage('command');
const { parameters, checkpoint } = ownChain('regtest');
const folder = temporaryFolder();
const path = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};

const BUNDLE: VerificationBundle = {
  bundle: 1,
  url: grown.hosted().birth_record.services.birth_record,
  fetched: '2026-01-01T00:00:00Z',
  hosted: JSON.stringify(grown.hosted()),
  chain: { genesis: parameters.genesis, checkpoint: { height: checkpoint.height, hash: checkpoint.hash } },
  headers: { from: 1, hex: grown.headers.map(bytesToHex).join(''), sources: [] },
};
const bundle = path('bundle.json', BUNDLE);
const PINNED = ['--bundle', bundle, '--pin', grown.entityId, '--confirmations', '3', '--json'];

async function verify(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const status = await run(['pat', 'verify', ...args], {
    input: Readable.from([]),
    out: (text) => (said.out += text),
    error: (text) => (said.err += text),
  });
  return { status, ...said };
}

describe('pat verify', () => {
  it('takes the chain by its name, or by files of its parameters and a checkpoint', async () => {
    const own = ['--chain', path('chain.json', parameters), '--checkpoint', path('checkpoint.json', checkpoint)];
    for (const chain of [['--chain', 'regtest'], own]) {
      const { status, out, err } = await verify(...PINNED, ...chain);
      assert.equal(status, 0, err);
      assert.equal((JSON.parse(out) as Verdict).verdict, 'VERIFIED');
    }
  });

  it('takes main where nothing is said, and there the record is of another chain', async () => {
    const { status, out } = await verify(...PINNED);
    assert.deepEqual([status, (JSON.parse(out) as Verdict).code], [1, 'MDT_WRONG_CHAIN']);
  });

  it('refuses parameters without a checkpoint, a checkpoint that is none, and a file that is neither', async () => {
    const chain = path('chain.json', parameters);
    const other = path('other.json', { ...checkpoint, hash: '00'.repeat(32) });
    for (const [args, status, says] of [
      [['--chain', chain], 2, /need a --checkpoint/],
      [['--chain', 'regtest', '--checkpoint', other], 2, /^MDT_WRONG_CHAIN at --checkpoint/],
      [['--chain', 'regtest', '--checkpoint', chain], 2, /^MDT_(UNKNOWN_MEMBER|SCHEMA) at --checkpoint/],
      [['--chain', '/nonexistent', '--checkpoint', other], 2, /cannot be read/],
    ] as const) {
      const told = await verify(...PINNED, ...args);
      assert.deepEqual([told.status, told.out], [status, ''], args.join(' '));
      assert.match(told.err.replace(/^error: /, ''), says);
    }
  });

  it('exits with 2 where its state or bundle cannot be used, and says which', async () => {
    const damaged = join(folder, 'damaged');
    mkdirSync(damaged, { mode: 0o700 });
    writeFileSync(join(damaged, 'entities.json'), '{');
    const empty = path('empty.json', {});
    for (const [args, says] of [
      [[...PINNED, '--state', damaged], /MDT_STATE at --state: entities\.json is damaged/],
      [[...PINNED, '--state', bundle], /MDT_STATE at --state/],
      [['--bundle', empty], /MDT_SCHEMA at --bundle/],
    ] as const) {
      const { status, out, err } = await verify('--chain', 'regtest', ...args);
      assert.deepEqual([status, out], [2, ''], err);
      assert.match(err, says);
    }
  });

  it('reads one place however its URL is written, and refuses a query or fragment', async () => {
    const place = async (url: string): Promise<unknown> => {
      const { out } = await verify(url, '--chain', 'regtest', '--headers', 'http://127.0.0.1:1', '--json');
      return (JSON.parse(out) as Verdict).steps[0]?.evidence['url'];
    };
    for (const url of ['http://127.0.0.1:1', 'HTTP://127.1:1/', `http://127.0.0.1:1/.well-known/milagro-birth-record`])
      assert.equal(await place(url), 'http://127.0.0.1:1/.well-known/milagro-birth-record');
    for (const url of ['http://127.0.0.1:1?x=1', 'http://127.0.0.1:1/#f', 'http://127.0.0.1:1/?']) {
      const { status, err } = await verify(url, '--chain', 'regtest', '--headers', 'http://127.0.0.1:1');
      assert.equal(status, 2);
      assert.match(err, /no query/);
    }
  });

  it('saves a bundle that has what was read, and none of nothing', async () => {
    const again = join(folder, 'again.json');
    assert.equal((await verify(...PINNED, '--chain', 'regtest', '--save', again)).status, 0);
    const { fetched: _, headers, ...rest } = JSON.parse(readFileSync(again, 'utf8')) as VerificationBundle;
    const { fetched: __, headers: given, ...expected } = BUNDLE;
    assert.deepEqual([rest, headers.hex, headers.sources], [expected, given.hex, ['bundle']]);

    const nothing = join(folder, 'nothing.json');
    const source = ['--headers', 'http://127.0.0.1:1', '--chain', 'regtest'];
    const { status, err } = await verify('http://127.0.0.1:1', ...source, '--save', nothing, '--json');
    assert.deepEqual([status, existsSync(nothing)], [1, false]);
    assert.match(err, /no bundle/);
    const unwritable = await verify(...PINNED, '--chain', 'regtest', '--save', '/nonexistent/file');
    assert.equal(unwritable.status, 2);
  });
});
