import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { Chain } from '../chain/start.ts';
import type { SCENES, SceneName } from '../world/scenes/index.ts';
import type { World } from '../world/world.ts';
import { EventStream } from './events.ts';
import { Untestable } from './expect.ts';
import { Scheduler } from './scheduler.ts';
import { NotYet } from './seen.ts';

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
  readonly scenes: typeof SCENES;

  constructor() {
    const world = { events: this.events, begun: this.begun, subjects: new Set(), overLimits: [] } as unknown as World;
    this.world = world;
    const play = async (_world: World, name: string): Promise<unknown> => {
      this.playing.add(name);
      try {
        return await this.ends.get(name)?.promise;
      } finally {
        this.playing.delete(name);
      }
    };
    this.scenes = Object.fromEntries(ALL.map((name) => [name, { title: name, play }])) as unknown as typeof SCENES;
    this.scheduler = new Scheduler(world, this.scenes);
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
  it('begins no further scene when no check needs more, and gives up those that play', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set(ALL));
    stage.begun.resolve();
    assert.deepEqual(await stage.now(), ['birth', 'killed', 'poor']);
    let givenUp = 0;
    stage.world.subjects.add({ giveUp: () => void givenUp++ });
    stage.scheduler.enough();
    for (const name of ['birth', 'killed', 'poor'] as const) await stage.end(name);
    await over;
    assert.deepEqual([await stage.now(), givenUp], [[], 1]);
    const begun = stage.events.events.flatMap((event) => (event.type === 'scene_started' ? [event.scene] : []));
    assert.deepEqual(begun, ['birth', 'killed', 'poor']);
  });

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

  it('gives a scene that wants it a node of its own, which is stopped whatever happens, and no other scene one', async () => {
    const stage = new Stage();
    const nodes: string[] = [];
    const broken = (): Promise<never> => Promise.reject(new Error('the node of its own broke'));
    stage.world.startNode = (): Promise<Chain> => {
      nodes.push('started');
      const stop = async (): Promise<void> => void nodes.push('stopped');
      return Promise.resolve({ rpc: { call: broken }, stop } as unknown as Chain);
    };
    Object.assign(stage.scenes.killed, { chain: 'exclusive' });
    const over = stage.scheduler.stage(new Set<SceneName>(['birth', 'killed']));
    stage.begun.resolve();
    await stage.end('birth');
    assert.deepEqual(await stage.scheduler.seen('birth'), { saw: 'birth' });
    await assert.rejects(stage.scheduler.seen('killed'), /scene killed: the node of its own broke/);
    assert.deepEqual(nodes, ['started', 'stopped']);
    await over;
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

  it('stages no more of a target that went over its limits', async () => {
    const stage = new Stage();
    const over = stage.scheduler.stage(new Set<SceneName>(['birth', 'killed', 'poor', 'outage']));
    stage.begun.resolve();
    assert.deepEqual(await stage.now(), ['birth', 'killed', 'poor']);
    stage.world.overLimits.push('more than 64 MiB of output, in the scene birth');
    for (const name of ['birth', 'killed', 'poor'] as const) await stage.end(name);
    await over;
    await assert.rejects(stage.scheduler.seen('outage'), /ended by the kit: more than 64 MiB of output/);
  });

  it('has nothing to do without scenes', async () => {
    await new Stage().scheduler.stage(new Set());
  });

  describe('in a hurry', () => {
    type Play = (typeof SCENES)['outage']['play'];
    const eager = (play: Play, brisk?: Play): Scheduler => {
      const world = { events: new EventStream(), begun: Promise.withResolvers(), subjects: new Set(), overLimits: [] };
      const scenes = { outage: { title: 'outage', play, ...(brisk && { brisk }) } };
      return new Scheduler(world as unknown as World, scenes as unknown as typeof SCENES, { eager: true });
    };
    const OUTAGE = new Set<SceneName>(['outage']);

    it('gives a check what its scene has shown, and asks it to wait for what it has not', async () => {
      const end = Promise.withResolvers<void>();
      const scheduler = eager(async (_world, _name, reveal) => {
        reveal({ asked: true });
        await end.promise;
        return { asked: true, paid: true } as Awaited<ReturnType<Play>>;
      });
      void scheduler.stage(OUTAGE);
      const seen = await scheduler.seen('outage');
      assert.equal(seen.asked, true);
      let early: unknown;
      assert.throws(
        () => seen.paid,
        (error) => ((early = error), error instanceof NotYet),
      );
      let told = false;
      const more = scheduler.more(early as NotYet).then(() => (told = true));
      await tick();
      assert.equal(told, false);
      end.resolve();
      await more;
      assert.equal((await scheduler.seen('outage')).paid, true);
    });

    it('ends a scene at its next step when nobody needs more of it', async () => {
      const go = Promise.withResolvers<void>();
      let wentOn = false;
      const scheduler = eager(async (_world, _name, reveal) => {
        reveal({ asked: true });
        await go.promise;
        reveal({ paid: true });
        wentOn = true;
        return {} as Awaited<ReturnType<Play>>;
      });
      const over = scheduler.stage(OUTAGE);
      await scheduler.seen('outage');
      scheduler.enough();
      go.resolve();
      await over;
      assert.equal(wentOn, false);
    });

    it('takes the straight way first, and shows nothing of it beside what the whole scene shows', async () => {
      const end = Promise.withResolvers<void>();
      const scheduler = eager(
        async (_world, _name, reveal) => {
          reveal({ paid: true });
          await end.promise;
          return { asked: false, paid: true } as Awaited<ReturnType<Play>>;
        },
        async (_world, _name, reveal) => {
          reveal({ asked: true });
          await tick();
          return {} as Awaited<ReturnType<Play>>;
        },
      );
      void scheduler.stage(OUTAGE);
      assert.equal((await scheduler.seen('outage')).asked, true);
      await tick(20);
      const seen = await scheduler.seen('outage');
      assert.throws(() => seen.asked, NotYet);
      assert.equal(seen.paid, true);
      end.resolve();
    });
  });
});
