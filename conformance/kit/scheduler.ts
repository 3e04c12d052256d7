/**
 * Stages scenes side by side, a bounded number at a time, while checks wait for those they look at. The
 * first scene goes ahead alone until the target listens: one that does not start is found out in one
 * scene and not in all.
 */
import { onOwnChain } from '../world/own-chain.ts';
import type { Scene } from '../world/scenes/scene.ts';
import { SCENES, type Observations, type SceneName } from '../world/scenes/index.ts';
import { Enough } from './enough.ts';
import { notStarted, Untestable } from './expect.ts';
import { NotYet, partly } from './seen.ts';
import type { World } from '../world/world.ts';

/** Two cores run a target and a bitcoind each; a third scene waits for blocks most of the time. */
const SIDE_BY_SIDE = 3;

export interface Manner {
  /** How many scenes at a time. */
  readonly parallel?: number;
  /** Whether checks are tried as soon as a scene has shown anything, and scenes end when no check needs more of them. */
  readonly eager?: boolean;
}

/** What a scene has shown before it is over. */
interface Shown {
  part: Partial<Observations[SceneName]>;
  /** How often it has shown something. */
  times: number;
  /** Resolves, and is made anew, whenever it shows something, and when it is over. */
  more: PromiseWithResolvers<void>;
  isOver: boolean;
}

class StageFailed extends Error {
  override readonly name = 'StageFailed';
}

export class Scheduler {
  readonly #world: World;
  readonly #scenes: typeof SCENES;
  readonly #promises = new Map<SceneName, Promise<Observations[SceneName]>>();
  /** Whether a target has to listen in the scenes of this run; one that is only launched wrongly does not. */
  needsStart = true;
  #gaveUp = false;
  readonly #shown = new Map<SceneName, Shown>();
  readonly #parallel: number;
  readonly #eager: boolean;
  #enough = false;

  constructor(world: World, scenes: typeof SCENES = SCENES, { parallel = SIDE_BY_SIDE, eager = false }: Manner = {}) {
    this.#world = world;
    this.#scenes = scenes;
    this.#parallel = parallel;
    this.#eager = eager;
  }

  /** No check needs more: scenes that play end at their next step, and what they started is ended now. */
  enough(): void {
    this.#enough = true;
    for (const subject of this.#world.subjects) subject.giveUp();
  }

  /** Begins to stage `names`, in the order of SCENES. Resolves when all are over; it never rejects. */
  async stage(names: ReadonlySet<SceneName>): Promise<void> {
    const queue = (Object.keys(this.#scenes) as SceneName[]).filter((name) => names.has(name));
    const starts = new Map(queue.map((name) => [name, Promise.withResolvers<void>()]));
    for (const name of queue) {
      const started = starts.get(name)?.promise;
      const played = (async () => {
        await started; // rejects where the target did not start
        return this.#play(name);
      })();
      const shown = this.#shownBy(name);
      const over = (): void => {
        shown.isOver = true;
        tell(shown);
      };
      played.then(over, over); // of one that failed, the checks that wait for it tell
      this.#promises.set(name, played);
    }
    await this.#first(queue, starts);
    const worker = async (): Promise<void> => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        // The verdict is decided: a target that was ended for its limits would only go over them again.
        const [over] = this.#world.overLimits;
        if (this.#enough) starts.get(name)?.reject(new Enough());
        else if (over === undefined) starts.get(name)?.resolve();
        else starts.get(name)?.reject(new Untestable(`the target was ended by the kit: ${over}`));
        await this.#promises.get(name)?.catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: this.#parallel }, worker));
  }

  /** Lets the first scene go ahead until its target listens, or the scene is over; then gives up the others if it never did. */
  async #first(queue: SceneName[], starts: Map<SceneName, PromiseWithResolvers<void>>): Promise<void> {
    const [first] = queue;
    if (first === undefined) return;
    starts.get(first)?.resolve();
    const over = this.#promises.get(first)?.then(
      () => 'over',
      () => 'over',
    );
    const how = await Promise.race([over, this.#world.begun.promise.then(() => 'begun')]);
    // A scene of launches that have to fail says nothing of whether the target starts.
    this.needsStart = first !== 'bad-launch';
    if (how === 'begun' || !this.needsStart) return;
    this.#gaveUp = true;
    for (const name of queue.splice(1)) starts.get(name)?.reject(notStarted(this.#world.silence));
  }

  /**
   * What scene `name` saw.
   * @throws StageFailed where the kit could not stage it; Untestable where the target never listened, not even late: what
   * it then did not do says nothing of each requirement
   */
  async seen<S extends SceneName>(name: S): Promise<Observations[S]> {
    const promise = this.#promises.get(name);
    if (!promise) throw new StageFailed(`scene ${name} is not staged in this run`);
    if (this.#eager) {
      const shown = this.#shownBy(name);
      if (shown.times === 0 && !shown.isOver) await shown.more.promise;
      const { part, times, isOver } = shown;
      if (!isOver) return partly<Observations[S]>(part, (member) => new NotYet(name, times, member));
    }
    const seen = (await promise) as Observations[S];
    if (this.needsStart && this.#gaveUp && this.#world.silence !== undefined) throw notStarted(this.#world.silence);
    return seen;
  }

  /** Waits until a scene has shown more than when a check looked at it, or is over. */
  async more({ scene, after }: NotYet): Promise<void> {
    const shown = this.#shownBy(scene);
    while (shown.times === after && !shown.isOver) await shown.more.promise;
  }

  #shownBy(name: SceneName): Shown {
    const known = this.#shown.get(name) ?? { part: {}, times: 0, more: Promise.withResolvers<void>(), isOver: false };
    this.#shown.set(name, known);
    return known;
  }

  #reveal(name: SceneName, part: Partial<Observations[SceneName]>): void {
    if (this.#enough) throw new Enough();
    const shown = this.#shownBy(name);
    shown.part = { ...shown.part, ...part };
    shown.times++;
    tell(shown);
  }

  async #stageOne(name: SceneName): Promise<Observations[SceneName]> {
    const scene = this.#scenes[name] as Scene<Observations[SceneName]>;
    const stage = (world: World): Promise<Observations[SceneName]> => this.#stageIn(world, scene, name);
    return scene.chain === 'exclusive' ? onOwnChain(this.#world, stage) : stage(this.#world);
  }

  async #stageIn(
    world: World,
    scene: Scene<Observations[SceneName]>,
    name: SceneName,
  ): Promise<Observations[SceneName]> {
    const reveal = (part: Partial<Observations[SceneName]>): void => this.#reveal(name, part);
    if (this.#eager && scene.brisk) {
      await scene.brisk(world, name, reveal);
      if (this.#enough) throw new Enough();
      this.#shownBy(name).part = {}; // what is seen next is another life
    }
    return scene.play(world, name, reveal);
  }

  async #play(name: SceneName): Promise<Observations[SceneName]> {
    const { events } = this.#world;
    const began = performance.now();
    events.emit({ type: 'scene_started', scene: name });
    try {
      const seen = await this.#stageOne(name);
      events.emit({ type: 'scene_finished', scene: name, ms: elapsed(began) });
      return seen;
    } catch (error) {
      if (error instanceof Enough) {
        events.emit({ type: 'scene_finished', scene: name, ms: elapsed(began) });
        throw error;
      }
      const failed = error instanceof Error ? error.message : String(error);
      events.emit({ type: 'scene_finished', scene: name, ms: elapsed(began), failed });
      throw new StageFailed(`scene ${name}: ${failed}`, { cause: error });
    }
  }
}

/** Wakes who waits for more. */
function tell(shown: Shown): void {
  shown.more.resolve();
  shown.more = Promise.withResolvers<void>();
}

function elapsed(since: number): number {
  return Math.round(performance.now() - since);
}
