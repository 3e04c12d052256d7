import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { EventStream } from '../kit/events.ts';
import { targetOf } from '../kit/sample-ledger.ts';
import type { Target } from '../kit/manifest.ts';
import { PatSession } from './pat-session.ts';

const CLOSE = { op: 'close' as const };

/** A client that does `each` with the id of every line. */
function client(each: string): Target {
  const program = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id } = JSON.parse(line); const say = (told) => console.log(JSON.stringify(told));
    ${each}
  });`;
  const target = targetOf({ mode: 'pat', role: 'pat' });
  return { ...target, command: [process.execPath, '-e', program], folder: process.cwd() };
}

async function asked(each: string, times: number, answerMs = 5_000): Promise<(string | undefined)[]> {
  const session = new PatSession(client(each), new EventStream(), answerMs);
  const instead: (string | undefined)[] = [];
  try {
    for (let time = 0; time < times; time++) instead.push((await session.ask(CLOSE)).instead);
  } finally {
    await session.close();
  }
  return instead;
}

const ANSWER = `say({ id, verdict: 'UNKNOWN' });`;

describe('the session with a client', () => {
  it('takes one answer for each question', async () => {
    assert.deepEqual(await asked(ANSWER, 3), [undefined, undefined, undefined]);
  });

  it('believes no client that answers a question twice', async () => {
    const instead = await asked(`${ANSWER} say({ id, verdict: 'VERIFIED' });`, 4);
    assert.match(instead.at(-1) ?? '', /answered more than once/);
  });

  it('believes no client that answers what nobody asked', async () => {
    const instead = await asked(`${ANSWER} say({ id: 'x', verdict: 'VERIFIED' });`, 4);
    assert.match(instead.at(-1) ?? '', /or nobody had asked it/);
  });

  it('believes no client that writes what is no answer beside one', async () => {
    const instead = await asked(`say({ id, verdict: 'FINE' }); ${ANSWER}`, 4);
    assert.match(instead.at(-1) ?? '', /no answer: .*FINE/);
  });

  it('asks one that has fallen silent no more than a few times', async () => {
    const instead = await asked(`if (id === 'q1') { ${ANSWER} }`, 9, 200);
    assert.equal(instead[0], undefined);
    assert.deepEqual(instead.slice(1, 6), Array(5).fill('nothing within 200 ms'));
    assert.match(instead[6] ?? '', /5 questions were not answered/);
  });
});
