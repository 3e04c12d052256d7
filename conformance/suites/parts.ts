/** For checks that say the same of each scene: a run that is one shard of several stages some of the scenes, and judges that part. */
import { SCENES, type Observations, type SceneName } from '../world/scenes/index.ts';

/** Where such a check looks. */
export interface Place {
  /** Of its slug. */
  readonly suffix: string;
  /** At the end of its title. */
  readonly when: string;
  readonly looked: readonly SceneName[];
  /** Those that have to be staged for it. */
  readonly scenes: readonly SceneName[];
}

const ALL_SCENES = Object.keys(SCENES) as SceneName[];

/** In an ordinary life, and in all the others, so that what shows in the first is found out by it. */
export const PLACES: readonly Place[] = [
  { suffix: '', when: 'in an ordinary life', looked: ['birth'], scenes: ['birth'] },
  {
    suffix: '-elsewhere',
    when: 'in any other scene',
    looked: ALL_SCENES.filter((scene) => scene !== 'birth'),
    scenes: ALL_SCENES,
  },
];

/** Those of `scenes` that this part of the check looks at, in their order. */
export function scenesHere(seen: Partial<Observations>, scenes: readonly SceneName[]): SceneName[] {
  return scenes.filter((scene) => Object.hasOwn(seen, scene));
}

/** Whether this part is the one with the ordinary life, by which it is told that there was anything to look at. */
export function hasOrdinaryLife(seen: Partial<Observations>): boolean {
  return Object.hasOwn(seen, 'birth');
}
