import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { anchoredRecord } from '../core/fixtures/anchored-record.ts';
import { launchConfiguration } from '../runtime/launch-fixture.ts';
import { freePort } from '../runtime/free-port.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { run } from './program.ts';
import { show } from './terminal.ts';

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command with standard input. */
async function command(args: readonly string[], input: string | Buffer = ''): Promise<Outcome> {
  let [out, error] = ['', ''];
  const status = await run(args, {
    input: Readable.from([Buffer.from(input)], { objectMode: true }),
    out: (text) => (out += text),
    error: (text) => (error += text),
  });
  return { status, out, error };
}

const json = (outcome: Outcome): unknown => {
  assert.deepEqual([outcome.status, outcome.error], [0, '']);
  return JSON.parse(outcome.out);
};
const DIGEST = 'ab'.repeat(32);
const { birth_record: record, sha256, anchor } = anchoredRecord();

describe('the command line', () => {
  it('helps with examples on every command, and exits with 0', async () => {
    const commands = [
      [],
      ['serve'],
      ['serve', 'dta'],
      ['birth-record'],
      ['anchor'],
      ['locator'],
      ['pat'],
      ['status'],
      ['retire'],
    ];
    const actions = [
      ['birth-record', 'check'],
      ['anchor', 'encode'],
      ['anchor', 'check'],
      ['locator', 'decode'],
      ['pat', 'verify'],
    ];
    for (const path of [...commands, ...actions]) {
      const { status, out } = await command([...path, '--help']);
      assert.equal(status, 0, path.join(' '));
      assert.match(out, /Examples:\n  \$ /, path.join(' '));
    }
  });

  it('answers an unknown command or option with 2 and what was perhaps meant', async () => {
    const noCommand = await command(['anker']);
    assert.equal(noCommand.status, 2);
    assert.match(noCommand.error, /unknown command 'anker'[^]*anchor/);
    const noOption = await command(['anchor', 'encode', 'birth', '--digset', DIGEST]);
    assert.equal(noOption.status, 2);
    assert.match(noOption.error, /unknown option '--digset'[^]*--digest/);
  });

  it('answers a missing or wrong argument with 2', async () => {
    for (const args of [
      [],
      ['anchor'],
      ['anchor', 'encode', 'death', '--digest', DIGEST],
      ['anchor', 'encode', 'birth'],
      ['anchor', 'encode', 'birth', '--digest', DIGEST],
      ['anchor', 'encode', 'status', '--digest', DIGEST],
      ['anchor', 'encode', 'status', '--digest', DIGEST, '--entity-id', DIGEST, '--role', 'dta'],
      ['anchor', 'check', '--confirmations', '0', '-'],
      ['locator', 'encode', '--height', '-1', '--index', '1'],
      ['locator', 'encode', '--height', '1e3', '--index', '1'],
      ['locator', 'encode', '--height', '1'],
      ['birth-record', 'check'],
      ['birth-record', 'check', '/nonexistent/file'],
    ]) {
      const { status, out, error } = await command(args);
      assert.deepEqual([status, out], [2, ''], args.join(' '));
      assert.notEqual(error, '');
    }
  });

  it('says a refusal as code, place and reason, and exits with 1', async () => {
    const { status, error } = await command(['birth-record', 'check', '-'], JSON.stringify({ ...record, more: 1 }));
    assert.equal(status, 1);
    assert.match(error, /^MDT_UNKNOWN_MEMBER at \/more: .+\n$/);
  });
});

describe('birth-record', () => {
  it('makes an example that it takes itself, with keys that are never the same', async () => {
    const [one, two] = [await command(['birth-record', 'example']), await command(['birth-record', 'example'])];
    const checked = json(await command(['birth-record', 'check', '--json', '-'], one.out)) as { role: string };
    assert.equal(checked.role, 'dta');
    const anchorOf = ({ out }: Outcome): string => (JSON.parse(out) as typeof record).keys.anchor;
    assert.notEqual(anchorOf(one), anchorOf(two));
  });

  it('prints the digest of a record that was anchored, from a file and from standard input', async () => {
    const path = join(temporaryFolder(), 'record.json');
    writeFileSync(path, JSON.stringify(record, null, 4));
    assert.equal((await command(['birth-record', 'digest', path])).out, `${sha256}\n`);
    assert.equal(
      (json(await command(['birth-record', 'digest', '--json', '-'], JSON.stringify(record))) as { sha256: string })
        .sha256,
      sha256,
    );
  });

  it('checks a hosted record with signature, anchor and lineage', async () => {
    const hosted = anchoredRecord();
    const shown = json(await command(['birth-record', 'check', '--json', '-'], JSON.stringify(hosted))) as Record<
      string,
      unknown
    >;
    assert.deepEqual([shown['entity_id'], shown['tip'], shown['links']], [sha256, anchor.locator.txid, 1]);
    const { error } = await command(
      ['birth-record', 'check', '-'],
      JSON.stringify({ ...hosted, signature: '00'.repeat(64) }),
    );
    assert.match(error, /^MDT_SIGNATURE at \/signature: /);
  });

  it('reads no more than its cap', async () => {
    const { status, error } = await command(['birth-record', 'check', '-'], Buffer.alloc(1_048_577));
    assert.equal(status, 1);
    assert.match(error, /^MDT_DOCUMENT_TOO_LARGE at -: /);
  });
});

describe('show', () => {
  it('lets no control character of a value reach the terminal', () => {
    let out = '';
    const terminal = { input: Readable.from([]), out: (text: string) => (out += text), error: () => undefined };
    show(terminal, { name: 'a\u001b[2J\u009bb', other: 'plain' }, false);
    assert.equal(out, 'name   a\\u001b[2J\\u009bb\nother  plain\n');
  });
});

describe('anchor', () => {
  it('encodes what it decodes, as payload and as script', async () => {
    for (const args of [
      ['birth', '--role', 'idp', '--host-hint', 'idp.example'],
      ['status', '--entity-id', DIGEST],
      ['activity-root', '--entity-id', DIGEST],
      ['successor', '--entity-id', DIGEST],
      ['retire', '--entity-id', DIGEST],
    ]) {
      const { payload, script } = json(
        await command(['anchor', 'encode', ...args, '--digest', DIGEST, '--json']),
      ) as Record<string, string>;
      const fromPayload = json(await command(['anchor', 'decode', '--json', payload ?? ''])) as Record<string, unknown>;
      const fromScript = json(await command(['anchor', 'decode', '--json', '-'], ` ${script}\n`)) as Record<
        string,
        unknown
      >;
      assert.equal(fromPayload['digest'], DIGEST);
      assert.equal(fromPayload['kind'], args[0]?.toUpperCase().replace('-', '_'));
      assert.deepEqual({ ...fromScript, form: 'payload' }, fromPayload);
    }
  });

  it('decodes a transaction that bitcoind mined', async () => {
    const shown = json(await command(['anchor', 'decode', '--json', anchor.proof.transaction])) as Record<
      string,
      unknown
    >;
    assert.deepEqual([shown['txid'], shown['kind'], shown['digest']], [anchor.locator.txid, 'BIRTH', sha256]);
    assert.deepEqual(shown['spends'], record.lineage);
  });

  it('refuses hexadecimal that is none of the three, with the code of its fault', async () => {
    for (const [hex, code] of [
      ['zz', 'MDT_MALFORMED_TX at hex'],
      ['', 'MDT_MALFORMED_TX at transaction'],
      ['6a4c02aabb', 'MDT_PUSH at script'],
      ['4d696c6167726f20442d544102', 'MDT_PAYLOAD_VERSION at version'],
    ] as const) {
      const { status, error } = await command(['anchor', 'decode', '-'], hex);
      assert.deepEqual([status, error.slice(0, code.length)], [1, code]);
    }
  });

  it('checks a proof, and with a key its chain signature', async () => {
    const proof = JSON.stringify(anchor.proof);
    const args = ['anchor', 'check', '--confirmations', '3', '--json', '-'];
    assert.equal(
      (json(await command(args, proof)) as Record<string, unknown>)['block_hash'],
      anchor.locator.block_hash,
    );
    json(await command([...args, '--key', record.keys.anchor], proof));
    assert.match(
      (await command([...args, '--key', record.keys.status], proof)).error,
      /^MDT_WITNESS at \/transaction: /,
    );
    assert.match((await command(['anchor', 'check', '-'], proof)).error, /^MDT_HEADER_LINK at \/following_headers: /);
  });
});

describe('locator', () => {
  it('encodes and decodes the references of BIP-136 on each network', async () => {
    assert.equal(
      (await command(['locator', 'encode', '--network', 'regtest', '--height', '131', '--index', '1'])).out,
      'txrt1:qxgq-qqpq-qmaz-gmp\n',
    );
    assert.equal(
      (await command(['locator', 'encode', '--height', '0', '--index', '0'])).out,
      'tx1:rqqq-qqqq-qwtv-vjr\n',
    ); // BIP-136, test vectors
    assert.deepEqual(json(await command(['locator', 'decode', '--json', 'txrt1:pxgq-qqpq-qqqq-mu47-we'])), {
      network: 'regtest',
      height: 131,
      tx_index: 1,
      vout: 0,
    });
  });

  it('refuses a reference of no network and one with a wrong checksum', async () => {
    for (const text of ['bc1qqqq', 'txrt1:qxgq-qqpq-qmaz-gmq'])
      assert.match((await command(['locator', 'decode', text])).error, /^MDT_TXREF at txref: /);
  });

  it('checks that the txref of a locator names its place', async () => {
    json(await command(['locator', 'check', '--json', '-'], JSON.stringify(anchor.locator)));
    const moved = JSON.stringify({ ...anchor.locator, height: anchor.locator.height + 1 });
    assert.match((await command(['locator', 'check', '-'], moved)).error, /^MDT_TXREF at \/txref: /);
    const unknown = JSON.stringify({ ...anchor.locator, where: 'here' });
    assert.match((await command(['locator', 'check', '-'], unknown)).error, /^MDT_UNKNOWN_MEMBER at \/where: /);
  });
});

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

describe('serve dta as a process', () => {
  interface Process {
    readonly lines: Record<string, unknown>[];
    readonly log: string;
    readonly status: number | null;
  }

  /** Starts the process with a first line; `onLine` may act on what it says. */
  async function serve(
    firstLine: string,
    onLine: (event: unknown, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
  ): Promise<Process> {
    const child = spawn(process.execPath, [MAIN, 'serve', 'dta'], {
      stdio: 'pipe',
    });
    let [out, log] = ['', ''];
    child.stderr.on('data', (part: Buffer) => (log += part.toString()));
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString();
      for (const line of part.toString().split('\n').filter(Boolean))
        onLine((JSON.parse(line) as { event?: unknown }).event, (signal) => child.kill(signal));
    });
    child.stdin.end(`${firstLine}\n`);
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const lines = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { lines, log, status };
  }

  it('fails on a bad launch line with code, field and a status other than 0 (MDT-TGT-007)', async () => {
    const { lines, status } = await serve(JSON.stringify({ ...launchConfiguration(), transport: 'smoke' }));
    assert.equal(status, 1);
    assert.deepEqual(
      lines.map(({ event, code, field }) => [event, code, field]),
      [['failed', 'MDT_LAUNCH', '/transport']],
    );
  }).timeout(10_000);

  it('ends with 0 on SIGTERM before it has read its launch line', async () => {
    const child = spawn(process.execPath, [MAIN, 'serve', 'dta'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGTERM'), 1_500);
    assert.equal(await ended, 0);
    clearTimeout(timer);
  }).timeout(10_000);

  it('waits for a node that is not there, ends with 0 on SIGTERM, and logs JSON lines without a secret', async () => {
    const [http, grpc] = [await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`);
    const configuration = {
      ...launchConfiguration(),
      listen: { http, grpc },
      data_dir: join(temporaryFolder(), 'data'),
    };
    const { lines, log, status } = await serve(JSON.stringify(configuration), (event, kill) => {
      if (event === 'waiting') kill('SIGTERM');
    });
    assert.equal(status, 0);
    assert.deepEqual(
      lines.map(({ event, code }) => code ?? event),
      ['listening', 'MDT_CHAIN_UNAVAILABLE'],
    );
    for (const line of log.trim().split('\n')) JSON.parse(line);
    assert.doesNotMatch(log + JSON.stringify(lines), /planted/);
  }).timeout(10_000);
});
