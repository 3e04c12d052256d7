import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { SCENES, SceneName } from '../world/scenes/index.ts';
import type { World } from '../world/world.ts';
import { EventStream } from './events.ts';
import { Untestable } from './expect.ts';
import { Scheduler } from './scheduler.ts';

const ALL: SceneName[] = ['birth', 'killed', 'poor', 'outage', 'long-headers', 'bad-launch', 'other-genesis'];
const tick = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A stage on which each scene lasts until a test ends it. */
class Stage {
  readonly playing = new Set<string>();
  readonly ends = new Map<string, PromiseWithResolvers<unknown>>(ALL.map((name) => [name, Promise.withResolvers()]));
  readonly events = new EventStream();
  readonly begun: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly scheduler: Scheduler;
  readonly world: World;

  constructor() {
    const world = { events: this.events, begun: this.begun } as unknown as World;
    this.world = world;
    const play = async (_world: World, name: string): Promise<unknown> => {
      this.playing.add(name);
      try {
        return await this.ends.get(name)?.promise;
      } finally {
        this.playing.delete(name);
      }
    };
    const scenes = Object.fromEntries(ALL.map((name) => [name, { title: name, play }]));
    this.scheduler = new Scheduler(world, scenes as unknown as typeof SCENES);
  }

  async end(name: SceneName, how: 'resolve' | 'reject' = 'resolve', what: unknown = { saw: name }): Promise<void> {
    this.ends.get(name)?.[how](what);
    await tick();
  }

  async now(): Promise<string[]> {
    await tick();
    return [...this.playing];
  }
}

describe('the scheduler', () => {
  it('lets the first scene go ahead alone until the target listens, then plays three side by side', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set(ALL));
    assert.deepEqual(await stage.now(), ['birth']);
    stage.begun.resolve();
    assert.deepEqual(await stage.now(), ['birth', 'killed', 'poor']);
    await stage.end('killed');
    assert.deepEqual(await stage.now(), ['birth', 'poor', 'outage']);
    for (const name of ALL) await stage.end(name);
    await over;
    assert.equal(stage.scheduler.needsStart, true);
  });

  it('stages only what is asked for, in its own order', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set<SceneName>(['outage', 'killed']));
    stage.begun.resolve();
    assert.deepEqual(await stage.now(), ['killed', 'outage']);
    for (const name of ['outage', 'killed'] as const) await stage.end(name);
    await over;
    await assert.rejects(stage.scheduler.seen('birth'), /scene birth is not staged in this run/);
  });

  it('gives each check what its scene saw, once it is over', async () => {
    const stage = new Stage();
    void stage.scheduler.stage(new Set<SceneName>(['birth']));
    const seen = stage.scheduler.seen('birth');
    await stage.end('birth');
    assert.deepEqual(await seen, { saw: 'birth' });
  });

  it('gives up the others where the first is over and the target never listened', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set(ALL));
    await stage.end('birth');
    await over;
    assert.deepEqual(await stage.scheduler.seen('birth'), { saw: 'birth' });
    for (const name of ALL.slice(1))
      await assert.rejects(
        stage.scheduler.seen(name),
        (error) => error instanceof Untestable && /did not start/.test(error.message),
      );
    assert.deepEqual(
      stage.events.events.map((event) => 'scene' in event && event.scene),
      ['birth', 'birth'],
    );
  });

  it('says of no scene what it saw where the target never listened, the first one included, but why it did not', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set(ALL));
    stage.world.silence = 'it ended with status 7';
    await stage.end('birth');
    await over;
    for (const name of ALL)
      await assert.rejects(
        stage.scheduler.seen(name),
        (error) => error instanceof Untestable && error.message === 'the target did not start: it ended with status 7',
      );
  });

  it('says what a scene saw in which the target was silent, where it listened in another', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set<SceneName>(['birth', 'killed']));
    stage.begun.resolve();
    await stage.now();
    stage.world.silence = 'it ended with status 7';
    for (const name of ['birth', 'killed'] as const) await stage.end(name);
    await over;
    assert.deepEqual(await stage.scheduler.seen('killed'), { saw: 'killed' });
  });

  it('does not ask a target to listen that is only launched wrongly', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set<SceneName>(['bad-launch']));
    await stage.end('bad-launch');
    await over;
    assert.equal(stage.scheduler.needsStart, false);
  });

  it('loses a scene that the kit cannot stage, and goes on', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set<SceneName>(['birth', 'killed']));
    stage.begun.resolve();
    await stage.now();
    await stage.end('birth', 'reject', new Error('no port is free'));
    await stage.end('killed');
    await over;
    await assert.rejects(stage.scheduler.seen('birth'), /scene birth: no port is free/);
    assert.deepEqual(await stage.scheduler.seen('killed'), { saw: 'killed' });
    const failed = stage.events.events
      .filter((event) => event.type === 'scene_finished')
      .map(({ scene, failed }) => [scene, failed]);
    assert.deepEqual(failed, [
      ['birth', 'no port is free'],
      ['killed', undefined],
    ]);
  });

  it('goes on where the first scene fails after the target has listened, and gives up where it fails before', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set<SceneName>(['birth', 'killed']));
    await stage.end('birth', 'reject', new Error('no port is free'));
    await over;
    await assert.rejects(stage.scheduler.seen('killed'), Untestable);
  });

  it('has nothing to do without scenes', async () => {
    await new Stage().scheduler.stage(new Set());
  });
});
