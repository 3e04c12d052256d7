import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { run } from './program.ts';
import { readInput, UsageError } from './terminal.ts';

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

async function command(args: readonly string[], input: string): Promise<Outcome> {
  let [out, error] = ['', ''];
  const terminal = {
    input: Readable.from([Buffer.from(input)], { objectMode: true }),
    out: (text: string): unknown => (out += text),
    error: (text: string): unknown => (error += text),
  };
  return { status: await run(args, terminal), out, error };
}

describe('standard input', () => {
  it('is read once: whoever asks for it again is told so, and not given nothing', async () => {
    const input = Readable.from([Buffer.from('once')], { objectMode: true });
    const terminal = { input, out: () => undefined, error: () => undefined };
    assert.equal(String(await readInput('-', 10, terminal)), 'once');
    await assert.rejects(async () => readInput('-', 10, terminal), UsageError);
  });

  it('is not both the key and what is stated: nothing is signed', async () => {
    const args = ['pat', 'state', '-', '--key', '-', '--headers', 'http://127.0.0.1:1', '--chain', 'regtest'];
    const { status, out, error } = await command(args, '11'.repeat(32));
    assert.deepEqual([status, out], [2, '']);
    assert.match(error, /standard input is read once/);
  });
});
