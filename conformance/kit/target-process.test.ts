import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { TargetLine, WaitingEvent } from '../../reference/gen/schemas.ts';
import { endAfterEach, exited, folder, heard, said, SECRET, start } from './target-process-fixture.ts';

describe('a target process', function () {
  this.timeout(20_000);
  endAfterEach();

  it('gets the first line, in its folder, and of the environment no more than the contract says', async () => {
    process.env['MILAGRO_TEST_SECRET'] = 'of the kit';
    const program = `process.stdin.once('data', (line) => console.log(JSON.stringify({ line: String(line), env: Object.keys(process.env).sort(), cwd: process.cwd() })))`;
    const { life } = start(program, { env: { MY_OPTION: '1' } });
    await life.until(() => heard('stdout').length > 0, 5_000);
    delete process.env['MILAGRO_TEST_SECRET'];
    const [text = ''] = heard('stdout');
    const { line, env, cwd } = JSON.parse(text.replace('[secret: passphrase]', 'X')) as Record<string, unknown>;
    assert.equal(line, '{"passphrase":"X"}\n');
    assert.equal(cwd, folder);
    assert.deepEqual(
      (env as string[]).filter((name) => !['HOME', 'LANG', 'PATH', 'TMPDIR'].includes(name)),
      ['MILAGRO_TARGET', 'MY_OPTION'],
    );
  });

  it('keeps valid lines with their time, notes invalid ones with the field, and takes the rest for a log', async () => {
    const { life } = start(
      `console.log('{"event":"listening"}'); console.log('starting…'); console.log('{"event":"ready"}'); console.log('[1]'); console.log(' {"event":"listening"}'); console.log('{broken')`,
    );
    await exited(life);
    assert.deepEqual(
      life.lines.map(({ line }) => line),
      [{ event: 'listening' }],
    );
    assert.ok((life.lines[0]?.at ?? -1) > 0);
    assert.deepEqual(
      life.badLines.map(({ text }) => text),
      ['{"event":"ready"}', '{broken'],
    );
    assert.deepEqual(
      life.badLines.map(({ fault }) => fault.field),
      ['/event', '/'],
    );
    assert.equal(heard('stdout').length, 6);
  });

  it('tells how it ended: by itself, by a signal, or not at all', async () => {
    const seven = start('process.exit(7)').life;
    await exited(seven);
    assert.deepEqual([seven.exit?.code, seven.exit?.signal], [7, null]);
    const aborted = start('process.abort()').life;
    await exited(aborted);
    assert.deepEqual([aborted.exit?.code, aborted.exit?.signal], [null, 'SIGABRT']);
    const absent = start(['/nonexistent/program']).life;
    assert.equal(await exited(absent), true);
    assert.deepEqual([absent.exit?.code, absent.exit?.signal], [null, null]);
    assert.match(heard('stderr').join(), /could not be started.*ENOENT/);
  });

  it('waits for a line no longer than the process lives', async () => {
    const { life } = start('setTimeout(() => process.exit(0), 100)');
    const began = performance.now();
    assert.equal(await life.line((line): line is never => 'never' in line, 10_000), undefined);
    assert.ok(performance.now() - began < 5_000);
  });

  it('finds the answer to a control line by its id, in whatever order answers come', async () => {
    const { life } = start(`
      const asked = [];
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id } = JSON.parse(line);
        if (id !== undefined) asked.push(id);
        if (asked.length === 3) for (const id of asked.reverse()) console.log(JSON.stringify({ id, ok: id !== 2, ...(id === 2 && { unsupported: true }) }));
      });`);
    const answers = await Promise.all([1, 2, 3].map(() => life.control({ control: 'clock', offset_seconds: 0 })));
    assert.deepEqual(answers, [
      { id: 1, ok: true },
      { id: 2, ok: false, unsupported: true },
      { id: 3, ok: true },
    ]);
  });

  it('does without an answer, and without a reader of its lines', async () => {
    const { life } = start(
      `process.stdin.destroy(); require('node:fs').closeSync(0); setInterval(() => undefined, 1_000)`,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (let index = 0; index < 100; index++) life.writeLine('x'.repeat(10_000));
    assert.equal(await life.control({ control: 'clock', offset_seconds: 0 }, 100), undefined);
  });

  it('is killed when it does not end by itself in time', async () => {
    const { life } = start(
      `process.on('SIGTERM', () => undefined); console.log('{"event":"listening"}'); setInterval(() => undefined, 1_000)`,
    );
    await life.until(() => life.lines.length > 0, 5_000);
    const exit = await life.stop('SIGTERM', 300);
    assert.deepEqual([exit.code, exit.signal], [null, 'SIGKILL']);
    assert.ok(exit.ms >= 300 && exit.ms < 2_000, String(exit.ms));
  });

  it('measures how long it took to end, and takes status 0 for what it is', async () => {
    const { life } = start(
      `process.on('SIGTERM', () => setTimeout(() => process.exit(0), 200)); console.log('{"event":"listening"}'); setInterval(() => undefined, 1_000)`,
    );
    await life.until(() => life.lines.length > 0, 5_000);
    const exit = await life.stop('SIGTERM', 5_000);
    assert.deepEqual([exit.code, exit.signal], [0, null]);
    assert.ok(exit.ms >= 200 && exit.ms < 2_000, String(exit.ms));
  });

  it('may write binary octets, and lines that never end, without filling memory', async () => {
    const before = process.memoryUsage().rss;
    const { life } = start(`
      process.stdout.write(Buffer.from([0, 255, 254, 0xc3, 10, 0x1b, 0x5b, 0x32, 0x4a, 10]));
      const part = Buffer.alloc(1 << 20, 'y');
      let left = 50;
      (function pour() { if (left-- > 0) process.stdout.write(part, pour); else console.log('\\n{"event":"listening"}'); })()`);
    await exited(life, 15_000);
    assert.equal(life.lines.length, 1);
    const [binary = '', , long = ''] = heard('stdout');
    assert.ok(binary.includes('\ufffd'));
    assert.ok(long.endsWith('[line cut]') && long.length < 70_000, String(long.length));
    assert.ok(process.memoryUsage().rss - before < 200 * 1024 * 1024);
  });

  for (const [what, program, limit] of [
    ['octets', `const part = Buffer.alloc(1 << 20, 'y')`, /^more than 64 MiB of output$/],
    ['lines', `const part = Buffer.alloc(1 << 16, '\\n.')`, /^more than 200,000 lines of output$/],
  ] as const) {
    it(`is ended for a log without end, of ${what}`, async () => {
      const { life } = start(`${program}; (function pour() { process.stderr.write(part, pour); })()`);
      assert.equal(await exited(life, 30_000), true);
      assert.equal(life.exit?.signal, 'SIGKILL');
      assert.match(life.exit.overLimit ?? '', limit);
      assert.match(heard('exit').join('\n'), /ended by the kit: more than/);
    });
  }

  it('may flood both streams with lines; what is kept has an end, and hides nothing that comes behind it', async () => {
    const { life } = start(`
      const lines = '{"event":"waiting","code":"MDT_UNFUNDED"}\\n{"event":"nonsense"}\\n'.repeat(1_000);
      let left = 20;
      (function pour() {
        if (left-- > 0) return process.stdout.write(lines, () => process.stderr.write(lines, pour));
        process.stdout.write('{"event":"listening"}\\n{"event":"waiting","code":"MDT_ENTROPY"}\\n{"event":"last"}\\n');
      })()`);
    await exited(life, 15_000);
    assert.deepEqual([life.lines.length, life.badLines.length, life.lineCount], [502, 500, 20_002]);
    assert.deepEqual(
      life.lines.slice(-2).map(({ line }) => line),
      [{ event: 'listening' }, { event: 'waiting', code: 'MDT_ENTROPY' }],
    );
    assert.equal(life.badLines.at(-1)?.text, '{"event":"last"}');
    const told = /^39001 lines of a flood were counted and not kept: 19500 waiting MDT_UNFUNDED, 19501 bad$/m;
    assert.match(heard('exit').join('\n'), told);
    const isEntropy = (line: TargetLine): line is WaitingEvent => 'code' in line && line.code === 'MDT_ENTROPY';
    assert.notEqual(await life.line(isEntropy, 0, 20_001), undefined);
    assert.equal(await life.line(isEntropy, 0, 20_002), undefined);
  });

  it('is held to 65,536 octets a line: what begins as an event and is longer is no event', async () => {
    const { life } = start(`
      const line = (octets) => '{"event":"waiting","code":"MDT_UNFUNDED"' + ' '.repeat(octets - 41) + '}';
      console.log(line(65_536)); console.log(line(65_537))`);
    await exited(life);
    assert.deepEqual([life.lines.length, life.badLines.length], [1, 1]);
    assert.match(life.badLines[0]?.fault.message ?? '', /65,536 octets/);
  });

  it('is found out when it writes a secret, behind a cut line and across two writes too, and no evidence repeats it', async () => {
    const { life, secrets } = start(`
      const secret = '${SECRET}';
      process.stdout.write('z'.repeat(100_000) + secret.slice(0, 20));
      setTimeout(() => { process.stdout.write(secret.slice(20) + '\\n'); console.error('short: ' + secret); }, 100)`);
    await exited(life);
    assert.deepEqual(secrets.leaks.map(({ where }) => where).sort(), ['standard error', 'standard output']);
    assert.equal(heard('stderr').at(-1), 'short: [secret: passphrase]');
    assert.ok(!JSON.stringify(said).includes(SECRET));
  });
});
