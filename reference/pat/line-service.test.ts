import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import type { PatAnswer } from '../gen/schemas.ts';
import { answerLines } from './line-service.ts';

const LEAF = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d';
const INCLUSION = { leaf_hash: LEAF, index: 0, tree_size: 1, root: LEAF, proof: [] };

async function answers(...requests: unknown[]): Promise<PatAnswer[]> {
  const said: string[] = [];
  const lines = requests.map((request) => `${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
  await answerLines(Readable.from(lines), (text) => void said.push(text));
  return said.map((text) => JSON.parse(text) as PatAnswer);
}

describe('answerLines', () => {
  it('answers what is shown of a log, right or with the code of the refusal', async () => {
    const ask = (id: string, input: object): object => ({ id, op: 'verify_log', check: 'inclusion', input });
    const given = await answers(ask('q1', INCLUSION), ask('q2', { ...INCLUSION, index: 1 }));
    assert.deepEqual(given, [
      { id: 'q1', verdict: 'VERIFIED', evidence: {} },
      { id: 'q2', verdict: 'REJECTED', code: 'MDT_LOG_INCLUSION', evidence: {} },
    ]);
  });

  it('says that it does not know what is no question, and ends where it is asked to', async () => {
    const given = await answers(
      '{',
      { id: 'q2', op: 'verify_log', check: 'vibes', input: {} },
      { id: 'q3', op: 'close' },
      {
        ...{ id: 'q4', op: 'verify_log', check: 'inclusion' },
        input: INCLUSION,
      },
    );
    assert.deepEqual(
      given.map(({ unsupported }) => unsupported),
      [true, true],
    );
  });

  it('survives an input of another form than its check has', async () => {
    const given = await answers({ id: 'q1', op: 'verify_log', check: 'roots', input: INCLUSION });
    assert.deepEqual(given, [{ id: 'q1', unsupported: true }]);
  });
});
