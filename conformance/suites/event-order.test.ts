import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { TargetLine } from '../../reference/gen/schemas.ts';
import type { CheckContext } from '../kit/check.ts';
import type { Exit } from '../kit/life.ts';
import { partly } from '../kit/seen.ts';
import type { SceneName } from '../world/scenes/index.ts';
import { eventOrder } from './event-order.ts';

const ready: TargetLine = { event: 'ready', entity_id: '11'.repeat(32) };
const waiting: TargetLine = { event: 'waiting', code: 'MDT_CONFIRMATIONS' };
const failed: TargetLine = { event: 'failed', code: 'MDT_STATE' };
/** An output that begins as a SUCCESSOR's does: marker, version and kind. */
const SUCCESSOR = { vout: [{ scriptPubKey: { hex: `6a404d696c6167726f20442d54410104${'22'.repeat(64)}` } }] };

/** What the check says of one life in a scene with so many SUCCESSORs, `undefined` where nothing is wrong. */
function said(
  scene: SceneName,
  lines: TargetLine[],
  more: { exit?: Partial<Exit>; successors?: number; lives?: number } = {},
): string | undefined {
  const exit = { code: 0, signal: null, ms: 1, ...more.exit };
  const life = { lines: lines.map((line) => ({ at: 1, line })), badLines: [], exit };
  const descendants = Array.from({ length: more.successors ?? 0 }, () => SUCCESSOR);
  const seen = {
    [scene]: {
      watched: { lives: Array.from({ length: more.lives ?? 1 }, () => life) },
      descendants,
      ...(scene === 'unmade' && { unmakings: [{}] }),
    },
  };
  const [, elsewhere] = eventOrder.checks;
  try {
    const nothing = (): Error => new Error('not looked at');
    void elsewhere?.run(partly<CheckContext<SceneName>>({ seen: seen as never }, nothing));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('events that are true (MDT-TGT-012)', () => {
  it('lets it be ready again after a `waiting`', () => {
    assert.equal(said('outage', [waiting, ready, waiting, waiting, ready]), undefined);
  });

  it('lets it be ready for each record that comes to be served, and no more often', () => {
    assert.match(said('outage', [ready, ready]) ?? '', /`ready` again/);
    assert.equal(said('succession', [ready, ready], { successors: 1 }), undefined);
    assert.match(said('succession', [ready, ready, ready], { successors: 1 }) ?? '', /`ready` again/);
    // Two lives have one SUCCESSOR between them.
    assert.match(said('succession', [ready, ready], { successors: 1, lives: 2 }) ?? '', /`ready` again/);
    assert.equal(said('succession', [ready], { successors: 1, lives: 2 }), undefined);
    assert.equal(said('unmade', [ready, ready, ready, ready], { successors: 1 }), undefined);
    assert.match(said('unmade', [ready, ready, ready, ready, ready], { successors: 1 }) ?? '', /`ready` again/);
  });

  it('lets it fail only as the last thing that it does, by itself and with a status other than 0', () => {
    assert.equal(said('bad-launch', [failed], { exit: { code: 1 } }), undefined);
    assert.match(said('bad-launch', [failed]) ?? '', /did not end by itself/);
    assert.match(said('killed', [failed], { exit: { code: null, signal: 'SIGKILL' } }) ?? '', /did not end by itself/);
    assert.match(said('killed', [failed, waiting], { exit: { code: 1 } }) ?? '', /went on/);
  });

  it('lets it listen once', () => {
    assert.match(said('killed', [{ event: 'listening' }, { event: 'listening' }]) ?? '', /more than once/);
  });
});
