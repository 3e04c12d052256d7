/** Which checks a run performs: those of the requirements that the target claims, narrowed by the options. */
import type { Check, Suite } from './check.ts';
import { KitError } from './kit-error.ts';
import { bindsRole, presentId, type Ledger, type Requirement } from './ledger.ts';
import type { Target } from './manifest.ts';
import { nearest } from './nearest.ts';
import { SCENES, type SceneName } from '../world/scenes/index.ts';

export interface Narrowing {
  /** Requirement IDs, present or former, or beginnings of present ones: `MDT-HST` is a whole area. */
  only?: readonly string[];
  profiles?: readonly string[];
  /** Checks that look at no other scenes than these. */
  scenes?: ReadonlySet<SceneName>;
  /** Of these scenes also checks that look at others too, where they say the same of each. */
  parts?: boolean;
}

export interface Selection {
  suites: Suite[];
  /** Whether the options left something out, so that no certificate can come of the run. */
  narrowed: boolean;
}

/** A requirement binds a target by its role and by the profiles that it claims. */
function isClaimed(requirement: Requirement, { manifest }: Target): boolean {
  return (
    bindsRole(requirement, manifest.role) && manifest.claims.profiles.some((profile) => profile === requirement.profile)
  );
}

/** What was asked for by IDs of earlier revisions, and what these are now. */
export function renamedIn(ledger: Ledger, ids: readonly string[]): { was: string; is: string }[] {
  return ids.map((was) => ({ was, is: presentId(ledger, was) })).filter(({ was, is }) => was !== is);
}

/** @throws KitError MDT_KIT_USAGE for an ID or profile that is not there, MDT_KIT_MANIFEST for one in `known_failing` */
export function select(
  suites: readonly Suite[],
  ledger: Ledger,
  target: Target,
  { only: asked = [], profiles = [], scenes, parts = false }: Narrowing,
): Selection {
  const only = asked.map((id) => presentId(ledger, id));
  checkOnly(only, ledger, suites);
  checkKnownFailing(target, ledger.today ?? ledger);
  checkProfiles(profiles, target);
  const wanted = (check: Check): boolean => {
    const requirement = ledger.requirements.get(check.requirement);
    if (!requirement || requirement.unjudged !== undefined || !isClaimed(requirement, target)) return false;
    if (profiles.length > 0 && !profiles.includes(requirement.profile)) return false;
    const shown = shownTo(requirement, target, profiles);
    if (check.divisible !== true && !check.scenes.every((scene) => hasToShow(scene, shown))) return false;
    if (scenes && !check.scenes.every((scene) => scenes.has(scene))) {
      if (!parts || check.divisible !== true || !check.scenes.some((scene) => scenes.has(scene))) return false;
    }
    return only.length === 0 || only.some((id) => matches(check, id));
  };
  const narrowedTo = (check: Check): Check => {
    const requirement = ledger.requirements.get(check.requirement);
    return requirement ? staged(check, shownTo(requirement, target, profiles), scenes) : check;
  };
  const chosen = suites
    .map((suite) => ({ ...suite, checks: suite.checks.filter(wanted).map(narrowedTo) }))
    .filter((suite) => suite.checks.length > 0);
  return { suites: chosen, narrowed: only.length > 0 || profiles.length > 0 || scenes !== undefined };
}

/**
 * The profiles whose scenes a check of this requirement looks at: those that the target claims. What is said of every
 * entity is asked as of a target that claims no more than `asked`, so that a narrowed run stages no scenes of the others.
 */
function shownTo({ profile }: Requirement, { manifest }: Target, asked: readonly string[]): readonly string[] {
  return profile === 'identity' && asked.length > 0 ? asked : manifest.claims.profiles;
}

/** A check that says the same of each of its scenes says it of those that the options and the profiles leave to be staged. */
function staged(check: Check, profiles: readonly string[], scenes?: ReadonlySet<SceneName>): Check {
  if (check.divisible !== true) return check;
  return {
    ...check,
    scenes: check.scenes.filter((scene) => hasToShow(scene, profiles) && (scenes?.has(scene) ?? true)),
  };
}

/** Of a profile that is left out there is nothing to see in a scene: what documents in general have to be is not asked of its documents then. */
function hasToShow(scene: SceneName, profiles: readonly string[]): boolean {
  const { profile } = SCENES[scene];
  return profile === undefined || profiles.includes(profile);
}

function matches(check: Check, id: string): boolean {
  return check.id === id || check.requirement === id || check.requirement.startsWith(`${id}-`);
}

function checkOnly(only: readonly string[], ledger: Ledger, suites: readonly Suite[]): void {
  const requirements = [...ledger.requirements.keys()];
  const where = ledger.today ? `revision ${ledger.revision} has` : 'there is';
  const checks = suites.flatMap((suite) => suite.checks.map(({ id }) => id));
  for (const id of only) {
    const isCheck = id.includes('/');
    const known = isCheck ? checks.includes(id) : requirements.some((each) => each === id || each.startsWith(`${id}-`));
    if (known) continue;
    const what = `${where} no ${isCheck ? 'check' : 'requirement'} ${id}${hintOf(id, isCheck ? checks : requirements)}`;
    throw new KitError('MDT_KIT_USAGE', what, { field: '--only' });
  }
}

/** An excuse for a requirement that is not there is a slip, and would excuse nothing. */
function checkKnownFailing({ manifest, path }: Target, ledger: Ledger): void {
  for (const [index, { id }] of (manifest.known_failing ?? []).entries()) {
    if (ledger.requirements.has(presentId(ledger, id))) continue;
    const what = `${path}: there is no requirement ${id}${hintOf(id, [...ledger.requirements.keys()])}`;
    throw new KitError('MDT_KIT_MANIFEST', what, { field: `/known_failing/${String(index)}/id` });
  }
}

function hintOf(id: string, known: readonly string[]): string {
  const hint = nearest(id, known);
  return hint === undefined ? '' : `; did you mean ${hint}?`;
}

function checkProfiles(profiles: readonly string[], { manifest }: Target): void {
  const claimed: readonly string[] = manifest.claims.profiles;
  const missing = profiles.find((profile) => !claimed.includes(profile));
  if (missing === undefined) return;
  throw new KitError(
    'MDT_KIT_USAGE',
    `${manifest.name} does not claim the profile ${missing}; it claims ${claimed.join(', ')}`,
    { field: '--profile' },
  );
}
