/** A check: one thing the kit looks at to judge one requirement. Suites are lists of checks, one suite a chapter. */
import type { Feature } from '../world/claims.ts';
import type { Observations, SceneName } from '../world/scenes/index.ts';
import type { World } from '../world/world.ts';

export interface CheckContext<S extends SceneName> {
  world: World;
  /** What the scenes the check asked for saw, by scene. */
  seen: Pick<Observations, S>;
  /** Adds something to the report that helps to understand this check, pass or fail. */
  evidence(label: string, value: unknown): void;
}

export interface Check<S extends SceneName = SceneName> {
  /** The requirement it judges. */
  requirement: string;
  /** `<requirement>/<slug>`, unique. */
  id: string;
  title: string;
  /** Words of the requirement's sentence; if the sentence changes, the ledger refuses the check until it is reviewed. */
  quote: string;
  scenes: readonly S[];
  /** A negative check shows that something wrong is refused; a positive one that something right is done. */
  negative: boolean;
  /** Optional feature of the manifest without which the check says nothing. */
  feature?: Feature;
  /** Whether it says of each of its scenes the same, so that a run which stages some of them can judge that part. */
  divisible?: boolean;
  run(context: CheckContext<S>): void | Promise<void>;
}

export interface Suite {
  chapter: string;
  checks: Check[];
}

interface Options<S extends SceneName> {
  quote: string;
  scenes: readonly S[];
  negative?: boolean;
  feature?: Feature;
  divisible?: boolean;
}

/** Declares a check of `requirement`; `slug` tells it from other checks of the same requirement. */
export function check<S extends SceneName>(
  requirement: string,
  slug: string,
  title: string,
  options: Options<S>,
  run: (context: CheckContext<S>) => void | Promise<void>,
): Check {
  const made: Check<S> = {
    requirement,
    id: `${requirement}/${slug}`,
    title,
    quote: options.quote,
    scenes: options.scenes,
    negative: options.negative ?? false,
    ...(options.feature && { feature: options.feature }),
    ...(options.divisible === true && { divisible: true }),
    run,
  };
  return made;
}
