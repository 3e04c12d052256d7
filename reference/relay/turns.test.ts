import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('come at once while nobody waits', async () => {
    const turns = new Turns();
    const later = new Promise((resolve) => setImmediate(resolve)).then(() => 'later');
    const turn = turns.as('a', async () => turns.turn()).then(() => 'at once');
    assert.equal(await Promise.race([turn, later]), 'at once');
  });

  it('go from connection to connection: who comes last with one call waits for one of each other', async () => {
    const turns = new Turns(0); // nothing is at once
    const order: string[] = [];
    const ask = async (connection: string): Promise<void> =>
      turns.as(connection, async () => {
        await turns.turn();
        order.push(connection);
      });
    const many = ['a', 'b'].flatMap((connection) => Array.from({ length: 100 }, async () => ask(connection)));
    await Promise.all([...many, ask('c')]);
    assert.equal(order.length, 201);
    assert.ok(order.indexOf('c') <= 3, order.slice(0, 5).join(' '));
  });

  it('let what comes meanwhile be heard when they last long', async () => {
    const turns = new Turns(1);
    let heard = 0;
    let left = 40;
    const hear = (): void => {
      heard += 1;
      if (left > 0) setImmediate(hear);
    };
    setImmediate(hear);
    const work = async (): Promise<void> => {
      await turns.turn();
      const until = performance.now() + 1;
      while (performance.now() < until);
      left -= 1;
    };
    await Promise.all(Array.from({ length: 40 }, async () => turns.as('a', work)));
    assert.ok(heard >= 20, `${heard} times`);
  });
});
