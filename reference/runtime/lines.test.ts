import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import promise from '../../schemas/promise.schema.json' with { type: 'json' };
import primitives from '../../schemas/primitives.schema.json' with { type: 'json' };
import targetLine from '../../schemas/target-line.schema.json' with { type: 'json' };
import { refuses } from '../core/expect-error.ts';
import { Clock } from './clock.ts';
import { ContractOutput } from './contract-output.ts';
import { answerControl, answerControls, type Controllable } from './control-lines.ts';
import { MdtError } from '../core/errors.ts';
import { LineReader, MAX_LINE_OCTETS } from './line-reader.ts';
import { openLog } from './log.ts';

const reader = (...chunks: string[]): LineReader =>
  new LineReader(
    Readable.from(
      chunks.map((chunk) => Buffer.from(chunk)),
      { objectMode: true },
    ),
  );
const silent = openLog('dta', { write: () => undefined });

describe('LineReader', () => {
  it('gives the lines of a text however it is cut into chunks', async () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 8 }),
        async (lines, cuts) => {
          const octets = Buffer.from(`${lines.join('\n')}\n`);
          const places = [0, ...cuts.map((cut) => Math.min(cut, octets.length)).sort((a, b) => a - b), octets.length];
          const chunks = places.slice(1).map((end, at) => octets.subarray(places[at], end));
          const read = new LineReader(Readable.from(chunks, { objectMode: true }));
          for (const expected of lines) assert.equal((await read.next(1_000, 'MDT_LAUNCH'))?.toString(), expected);
          assert.equal(await read.next(1_000, 'MDT_LAUNCH'), undefined);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts a last line without newline', async () => {
    const read = reader('one\ntw', 'o');
    assert.equal((await read.next(9, 'MDT_LAUNCH'))?.toString(), 'one');
    assert.equal((await read.next(9, 'MDT_LAUNCH'))?.toString(), 'two');
    assert.equal(await read.next(9, 'MDT_LAUNCH'), undefined);
  });

  it('refuses a line above the cap and reads the one after it', async () => {
    const read = reader('x'.repeat(60), 'x'.repeat(50), '\nnext\n');
    await refuses(() => read.next(100, 'MDT_CONTROL'), 'MDT_CONTROL', '');
    assert.equal((await read.next(100, 'MDT_CONTROL'))?.toString(), 'next');
  });
});

describe('ContractOutput', () => {
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(primitives);
  ajv.addSchema(promise);
  const isTargetLine = ajv.compile(targetLine);

  function recorded(): { output: ContractOutput; lines: () => unknown[] } {
    const texts: string[] = [];
    return {
      output: new ContractOutput((text) => texts.push(text)),
      lines: () => texts.map((text) => JSON.parse(text) as unknown),
    };
  }

  it('writes lines that its schema takes, whatever the details (MDT-TGT-002)', () => {
    const { output, lines } = recorded();
    output.listening();
    output.funding('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', 81_400);
    output.waiting('MDT_UNFUNDED', 'x\n'.repeat(5_000));
    output.ready('ab'.repeat(32));
    output.failed('MDT_LAUNCH', '/'.repeat(5_000), 'y'.repeat(5_000));
    output.answer({ id: 1, ok: false, unsupported: true });
    assert.equal(lines().length, 6);
    for (const line of lines()) assert.equal(isTargetLine(line), true, JSON.stringify(line));
  });

  it('says how it stands once, and again after it stood otherwise', () => {
    const { output, lines } = recorded();
    for (const code of [
      'MDT_CONFIRMATIONS',
      'MDT_CONFIRMATIONS',
      'MDT_CHAIN_UNAVAILABLE',
      'MDT_CONFIRMATIONS',
    ] as const)
      output.waiting(code, '');
    output.ready('ab'.repeat(32));
    output.ready('ab'.repeat(32));
    output.ready('ab'.repeat(32), 'cd'.repeat(32)); // of a successor
    output.ready('ab'.repeat(32), 'cd'.repeat(32));
    output.waiting('MDT_CONFIRMATIONS', '');
    assert.deepEqual(
      lines().map((line) => (line as { code?: string; event: string }).code ?? (line as { event: string }).event),
      ['MDT_CONFIRMATIONS', 'MDT_CHAIN_UNAVAILABLE', 'MDT_CONFIRMATIONS', 'ready', 'ready', 'MDT_CONFIRMATIONS'],
    );
  });

  it('asks for another amount again, and not for the same', () => {
    const { output, lines } = recorded();
    for (const amount of [100, 100, 40]) {
      output.funding('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', amount);
      output.waiting('MDT_UNFUNDED', '');
    }
    assert.deepEqual(
      lines().flatMap((line) => (line as { min_sat?: number }).min_sat ?? []),
      [100, 40],
    );
  });
});

describe('answerControl', () => {
  const declared: string[] = [];
  const target = (onRegtest = true): Controllable => ({
    clock: new Clock(),
    declarations: {
      successor: async () => {
        throw new MdtError('MDT_PENDING', 'one is declared');
      },
      retire: async (reason = 'none') => void declared.push(reason),
      status: async (codes) => void declared.push(codes.join(' ')),
      withholdStatus: async () => void declared.push('withheld'),
      append: async (kind, subject) => {
        declared.push(kind);
        return { leaf_hash: subject, index: 0, time: '2026-01-01T00:00:00Z', signature: '00'.repeat(64) };
      },
      ofRole: (control) => (control === 'rotate_keys' ? async () => void declared.push('rotated') : undefined),
    },
    onRegtest,
  });
  const answer = async (line: string, to = target()): Promise<unknown> => answerControl(Buffer.from(line), to);

  it('moves the clock on regtest, and nowhere else', async () => {
    const to = target();
    const before = to.clock.now();
    assert.deepEqual(await answer('{"id":7,"control":"clock","offset_seconds":-100}', to), { id: 7, ok: true });
    assert.ok(Math.abs(to.clock.now() - (before - 100)) <= 1);
    assert.deepEqual(await answer('{"id":7,"control":"clock","offset_seconds":5}', target(false)), {
      id: 7,
      ok: false,
      unsupported: true,
    });
  });

  it('answers what it does not support, and what nobody knows, with unsupported (MDT-TGT-008)', async () => {
    for (const control of ['dance', 'toString', '__proto__']) {
      assert.deepEqual(await answer(`{"id":0,"control":"${control}"}`), { id: 0, ok: false, unsupported: true });
    }
  });

  it('answers a declaration once it is made, or with the code of why it is not', async () => {
    assert.deepEqual(await answer('{"id":1,"control":"retire","reason":"sold"}'), { id: 1, ok: true });
    assert.deepEqual(await answer('{"id":2,"control":"retire"}'), { id: 2, ok: true });
    assert.deepEqual(declared, ['sold', 'none']);
    assert.deepEqual(await answer('{"id":3,"control":"successor"}'), { id: 3, ok: false, code: 'MDT_PENDING' });
  });

  it('plays the operator of the canary and the subject of the log', async () => {
    declared.length = 0;
    const subject = 'ab'.repeat(32);
    assert.deepEqual(await answer('{"id":5,"control":"status","codes":["WAR","RAID"]}'), { id: 5, ok: true });
    assert.deepEqual(await answer('{"id":6,"control":"withhold_status"}'), { id: 6, ok: true });
    const promise = { leaf_hash: subject, index: 0, time: '2026-01-01T00:00:00Z', signature: '00'.repeat(64) };
    assert.deepEqual(await answer(`{"id":7,"control":"append","kind":"thing","subject":"${subject}"}`), {
      ...{ id: 7, ok: true, promise },
    });
    assert.deepEqual(declared, ['WAR RAID', 'withheld', 'thing']);
  });

  it('declares nothing elsewhere than on regtest', async () => {
    declared.length = 0;
    const lines = [
      ...['"successor"', '"retire"', '"withhold_status"', '"status","codes":[]'],
      `"append","kind":"app","subject":"${'00'.repeat(32)}"`,
    ];
    for (const control of lines)
      assert.deepEqual(await answer(`{"id":4,"control":${control}}`, target(false)), {
        id: 4,
        ok: false,
        unsupported: true,
      });
    assert.deepEqual(declared, []);
  });

  it('answers a line that is no good with MDT_CONTROL and its id', async () => {
    for (const line of [
      '{"id":3}',
      '{"id":3,"control":"clock"}',
      '{"id":3,"control":"clock","offset_seconds":1.5}',
      '{"id":3,"control":"clock","offset_seconds":1,"x":1}',
      '{"id":3,"control":"retire","reason":"two\\nlines"}',
    ]) {
      assert.deepEqual(await answer(line), { id: 3, ok: false, code: 'MDT_CONTROL' });
    }
  });

  it('has no answer where there is no usable id', async () => {
    for (const line of ['', 'junk', 'null', '[]', '{"control":"clock"}', '{"id":-1}', '{"id":1.5}', '{"id":"1"}'])
      assert.equal(await answer(line), undefined);
  });

  it('answers each line in turn, past one that is too long', async () => {
    const texts: string[] = [];
    const lines = reader(
      `${'x'.repeat(MAX_LINE_OCTETS + 1)}\njunk\n{"id":1,"control":"dance"}\n{"id":2,"control":"clock","offset_seconds":1}\n`,
    );
    await answerControls(lines, new ContractOutput((text) => texts.push(text)), silent, target());
    assert.deepEqual(
      texts.map((text) => JSON.parse(text) as unknown),
      [
        { id: 1, ok: false, unsupported: true },
        { id: 2, ok: true },
      ],
    );
  });
});

describe('the log', () => {
  it('is JSON lines that reduce an error to code, field and message, and blot out what is named a secret', () => {
    const lines: string[] = [];
    const log = openLog('dta', { write: (line) => lines.push(line) });
    const foreign = new Error('planted-credential in a foreign message', { cause: 'planted-cause' });
    log.error({ err: foreign }, 'failed');
    log.info(
      { passphrase: 'planted-1', rpc: { password: 'planted-2' }, chain: { rpc: { password: 'planted-3' } } },
      'odd',
    );
    assert.doesNotMatch(lines.join(), /planted/);
    const [first] = lines.map((line) => JSON.parse(line) as { level: string; role: string; err: unknown });
    assert.deepEqual(
      [first?.level, first?.role, first?.err],
      ['error', 'dta', { code: 'MDT_INTERNAL', message: 'a fault of the service itself (Error)' }],
    );
  });
});
