import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Shares } from './shares.ts';

/** How many of so many calls of a connection are let in. */
const letIn = (shares: Shares, peer: string, calls: number): (() => void)[] =>
  Array.from({ length: calls }, () => shares.take(peer)).filter((release) => release !== undefined);

describe('shares of the calls in the air', () => {
  it('lets a connection have so many, and again once they are over', () => {
    const shares = new Shares({ mostCalls: 3 });
    const releases = letIn(shares, '192.0.2.1:1', 5);
    assert.equal(releases.length, 3);
    releases.pop()?.();
    assert.equal(letIn(shares, '192.0.2.1:1', 5).length, 1);
    assert.equal(shares.taken, 3);
    for (const release of releases) release();
    assert.equal(shares.taken, 1);
  });

  it('bounds an address that floods over many connections, and lets a further one of it have 32 calls (MDT-RLY-035)', () => {
    const shares = new Shares();
    for (let port = 1; port <= 31; port += 1) letIn(shares, `192.0.2.1:${port}`, 100);
    assert.ok(shares.taken < 1_200, `${shares.taken} calls`);
    assert.equal(letIn(shares, '192.0.2.1:99', 100).length, 32);
    assert.equal(letIn(shares, '192.0.2.2:1', 100).length, 64);
  });

  it('takes one network of IPv6 for one client, and IPv4 in IPv6 for IPv4', () => {
    const shares = new Shares({ mostOfAll: 4, mostCalls: 4 });
    assert.equal(letIn(shares, '2001:db8::1:1', 4).length, 4);
    assert.equal(letIn(shares, '2001:db8:0:0:5::2:1', 1).length, 0);
    assert.equal(letIn(shares, '2001:db8:0:1::1:1', 3).length, 2);
    assert.equal(letIn(shares, '::ffff:192.0.2.1:1', 3).length, 1);
    assert.equal(letIn(shares, '192.0.2.1:2', 3).length, 0);
  });

  it('leaves others a call when an address has all there are', () => {
    const shares = new Shares({ mostOfAll: 50 });
    assert.equal(letIn(shares, '192.0.2.1:1', 64).length, 50);
    assert.equal(letIn(shares, '192.0.2.2:1', 64).length, 25);
    assert.equal(letIn(shares, '192.0.2.1:2', 1).length, 0);
  });
});
