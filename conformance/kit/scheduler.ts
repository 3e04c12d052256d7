/**
 * Stages scenes side by side, a bounded number at a time, while checks wait for those they look at. The
 * first scene goes ahead alone until the target listens: one that does not start is found out in one
 * scene and not in all.
 */
import { SCENES, type Observations, type SceneName } from '../world/scenes/index.ts';
import { Untestable } from './expect.ts';
import type { World } from '../world/world.ts';

/** Two cores run a target and a bitcoind each; a third scene waits for blocks most of the time. */
const SIDE_BY_SIDE = 3;

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

  constructor(world: World, scenes: typeof SCENES = SCENES) {
    this.#world = world;
    this.#scenes = scenes;
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
      played.catch(() => undefined); // the checks that wait for it tell
      this.#promises.set(name, played);
    }
    await this.#first(queue, starts);
    const worker = async (): Promise<void> => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
        starts.get(name)?.resolve();
        await this.#promises.get(name)?.catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
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
    for (const name of queue.splice(1)) starts.get(name)?.reject(this.#notStarted());
  }

  #notStarted(): Untestable {
    const { silence } = this.#world;
    return new Untestable(`the target did not start${silence === undefined ? '' : `: ${silence}`}`);
  }

  /**
   * What scene `name` saw.
   * @throws StageFailed where the kit could not stage it; Untestable where the target never listened, not even late: what
   * it then did not do says nothing of each requirement
   */
  async seen<S extends SceneName>(name: S): Promise<Observations[S]> {
    const promise = this.#promises.get(name);
    if (!promise) throw new StageFailed(`scene ${name} is not staged in this run`);
    const seen = (await promise) as Observations[S];
    if (this.needsStart && this.#gaveUp && this.#world.silence !== undefined) throw this.#notStarted();
    return seen;
  }

  async #play(name: SceneName): Promise<Observations[SceneName]> {
    const { events } = this.#world;
    const began = performance.now();
    events.emit({ type: 'scene_started', scene: name });
    try {
      const seen = await this.#scenes[name].play(this.#world, name);
      events.emit({ type: 'scene_finished', scene: name, ms: elapsed(began) });
      return seen;
    } catch (error) {
      const failed = error instanceof Error ? error.message : String(error);
      events.emit({ type: 'scene_finished', scene: name, ms: elapsed(began), failed });
      throw new StageFailed(`scene ${name}: ${failed}`, { cause: error });
    }
  }
}

function elapsed(since: number): number {
  return Math.round(performance.now() - since);
}
