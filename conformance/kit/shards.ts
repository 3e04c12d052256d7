/**
 * Spreads a run over several machines. Each shard stages some of the scenes, no scene is staged by two, and each check is
 * judged where its scenes are; one that says the same of each of its scenes is judged in parts. The same checks and count
 * give the same shards.
 */
import type { SceneName } from '../world/scenes/index.ts';
import type { Check, Suite } from './check.ts';
import { KitError } from './kit-error.ts';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** About how many seconds a scene takes on two cores, from runs of the reference. */
const SECONDS: Readonly<Record<SceneName, number>> = {
  birth: 5,
  succession: 5.2,
  reorganised: 3.3,
  unmade: 5.6,
  logging: 30,
  canary: 25,
  'log-reorganised': 10,
  openid: 30,
  'openid-modules': 30,
  'openid-by-token': 4,
  'openid-private': 4,
  relay: 20,
  'relay-registering': 20,
  'relay-canary': 18,
  'relay-killed': 12,
  'relay-outage': 15,
  'relay-reorganised': 25,
  killed: 2.8,
  stuck: 2.9,
  retired: 4.9,
  dry: 4.9,
  poor: 4.9,
  outage: 1.9,
  'long-headers': 2.4,
  'bad-launch': 1,
  'other-genesis': 0.8,
};

type Scenes = ReadonlySet<SceneName>;

/**
 * The checks of one shard.
 * @throws KitError MDT_KIT_USAGE where there are more shards than parts that can be staged apart
 */
export function shardOf(suites: readonly Suite[], { index, count }: Shard): Suite[] {
  const shards = spread(groupsOf(suites), count);
  const mine = shards[index - 1] ?? new Set();
  return suites
    .map((suite) => ({ ...suite, checks: suite.checks.flatMap((check) => partOf(check, mine, index === 1)) }))
    .filter(({ checks }) => checks.length > 0);
}

/** The check as this shard judges it, if it does; a check without a scene is the first shard's. */
function partOf(check: Check, mine: Scenes, isFirst: boolean): Check[] {
  const scenes = check.scenes.filter((scene) => mine.has(scene));
  if (scenes.length === check.scenes.length) return scenes.length > 0 || isFirst ? [check] : [];
  return scenes.length > 0 ? [{ ...check, scenes }] : [];
}

/** Scenes that have to be staged together, because a check that cannot be divided looks at them. */
function groupsOf(suites: readonly Suite[]): Scenes[] {
  let groups: Scenes[] = [];
  for (const { scenes, divisible } of suites.flatMap(({ checks }) => checks)) {
    for (const together of divisible === true ? scenes.map((scene) => [scene]) : [scenes]) {
      if (together.length === 0) continue;
      const touched = groups.filter((group) => together.some((scene) => group.has(scene)));
      const joined = new Set([...touched.flatMap((group) => [...group]), ...together]);
      groups = [...groups.filter((group) => !touched.includes(group)), joined];
    }
  }
  return groups;
}

/** The longest first, each to the shard that has least. */
function spread(groups: readonly Scenes[], count: number): Set<SceneName>[] {
  if (count > groups.length) {
    const what = `the checks can be spread over ${String(groups.length)} shards at the most, not over ${String(count)}`;
    throw new KitError('MDT_KIT_USAGE', what, { field: '--shard' });
  }
  const shards = Array.from({ length: count }, () => new Set<SceneName>());
  const longestFirst = [...groups].sort((a, b) => secondsOf(b) - secondsOf(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
  for (const group of longestFirst) {
    const least = shards.reduce((one, other) => (secondsOf(other) < secondsOf(one) ? other : one));
    for (const scene of group) least.add(scene);
  }
  return shards;
}

function secondsOf(scenes: Scenes): number {
  return [...scenes].reduce((sum, scene) => sum + SECONDS[scene], 0);
}

function nameOf(scenes: Scenes): string {
  return [...scenes].sort().join(' ');
}
