/**
 * What a scene has seen so far, as a check may look at it. A member that is there is seen to the end; asking for one that is
 * not there says so by an exception, and the check is tried again when more was seen. So a check on the first answer of a
 * target need not wait for its last one.
 */
import type { SceneName } from '../world/scenes/index.ts';

/** The scene has not shown this member yet, and may. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly scene: SceneName;
  /** How much had been seen when the check looked. */
  readonly after: number;

  constructor(scene: SceneName, after: number, member: string) {
    super(`${scene} has not shown ${member} yet`);
    this.scene = scene;
    this.after = after;
  }
}

/** `part` as the whole: asking for anything else is answered by what `missing` makes, thrown. */
export function partly<T extends object>(part: object, missing: (member: string) => Error): T {
  return new Proxy(part, {
    get: (seen, member) => {
      if (typeof member === 'symbol' || Object.hasOwn(seen, member)) return Reflect.get(seen, member) as unknown;
      if (member === 'then') return undefined; // a promise that holds it asks
      throw missing(member);
    },
  }) as T;
}
