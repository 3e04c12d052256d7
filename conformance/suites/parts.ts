/** For checks that say the same of each scene: a run that is one shard of several stages some of the scenes, and judges that part. */
import type { Observations, SceneName } from '../world/scenes/index.ts';

/** Those of `scenes` that this part of the check looks at, in their order. */
export function scenesHere(seen: Partial<Observations>, scenes: readonly SceneName[]): SceneName[] {
  return scenes.filter((scene) => Object.hasOwn(seen, scene));
}

/** Whether this part is the one with the ordinary life, by which it is told that there was anything to look at. */
export function hasOrdinaryLife(seen: Partial<Observations>): boolean {
  return Object.hasOwn(seen, 'birth');
}
