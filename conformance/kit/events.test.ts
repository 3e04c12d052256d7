import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStream } from './events.ts';
import { schemaFault } from './schemas.ts';

describe('the event stream', () => {
  it('is on disk event by event, as it happens, in order and valid', () => {
    const temporary = mkdtempSync(join(tmpdir(), 'milagro-events-test-'));
    const folder = join(temporary, 'new/folder');
    const stream = new EventStream(folder);
    const onDisk = (): string[] => readFileSync(join(folder, 'events.jsonl'), 'utf8').split('\n').slice(0, -1);
    stream.emit({ type: 'scene_started', scene: 'birth' });
    assert.equal(onDisk().length, 1);
    stream.emit({ type: 'target_line', scene: 'birth', stream: 'stdout', text: 'line\u2028 with\n breaks' });
    stream.emit({ type: 'scene_finished', scene: 'birth', ms: 12 });
    stream.close();
    const events = onDisk().map((line) => JSON.parse(line) as { seq: number; at: number });
    assert.deepEqual(events, stream.events);
    assert.deepEqual(
      events.map(({ seq }) => seq),
      [0, 1, 2],
    );
    assert.ok(events.every(({ at }, index) => at >= (events[index - 1]?.at ?? 0)));
    for (const event of events) assert.equal(schemaFault('run-event', event), undefined);
    rmSync(temporary, { recursive: true });
  });

  it('tells every listener of every event', () => {
    const stream = new EventStream();
    const heard: string[] = [];
    stream.onEvent(({ type }) => heard.push(`a ${type}`));
    stream.onEvent(({ type }) => heard.push(`b ${type}`));
    stream.emit({ type: 'scene_started', scene: 'birth' });
    assert.deepEqual(heard, ['a scene_started', 'b scene_started']);
  });

  it('drops what a target says beyond 2,000 lines in a scene, and nothing of other scenes or kinds', () => {
    const stream = new EventStream();
    for (let index = 0; index < 2_500; index++)
      stream.emit({ type: 'target_line', scene: 'birth', stream: 'stderr', text: String(index) });
    stream.emit({ type: 'target_line', scene: 'killed', stream: 'stderr', text: 'heard' });
    stream.emit({ type: 'scene_finished', scene: 'birth', ms: 1 });
    assert.equal(stream.events.length, 2_002);
    assert.deepEqual(
      stream.events.map(({ seq }) => seq),
      stream.events.map((_, index) => index),
    );
  });

  it('may be closed twice', () => {
    const folder = mkdtempSync(join(tmpdir(), 'milagro-events-test-'));
    const stream = new EventStream(folder);
    stream.close();
    stream.close();
    rmSync(folder, { recursive: true });
  });
});
