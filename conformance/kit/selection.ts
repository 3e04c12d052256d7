/** Which checks a run performs: those of the requirements that the target claims, narrowed by the options. */
import type { Check, Suite } from './check.ts';
import { KitError } from './kit-error.ts';
import type { Ledger, Requirement } from './ledger.ts';
import type { Target } from './manifest.ts';
import { nearest } from './nearest.ts';

export interface Narrowing {
  /** Requirement IDs, or beginnings of them: `MDT-HST` is a whole area. */
  only?: readonly string[];
  profiles?: readonly string[];
}

export interface Selection {
  suites: Suite[];
  /** Whether the options left something out, so that no certificate can come of the run. */
  narrowed: boolean;
}

/** A requirement binds a target by its role and by the profiles that it claims. */
function isClaimed(requirement: Requirement, { manifest }: Target): boolean {
  return (
    requirement.roles.includes(manifest.role) &&
    manifest.claims.profiles.some((profile) => profile === requirement.profile)
  );
}

/** @throws KitError MDT_KIT_USAGE for an ID or profile that is not there */
export function select(
  suites: readonly Suite[],
  ledger: Ledger,
  target: Target,
  { only = [], profiles = [] }: Narrowing,
): Selection {
  checkOnly(only, ledger);
  checkProfiles(profiles, target);
  const wanted = (check: Check): boolean => {
    const requirement = ledger.requirements.get(check.requirement);
    if (!requirement || !isClaimed(requirement, target)) return false;
    if (profiles.length > 0 && !profiles.includes(requirement.profile)) return false;
    return only.length === 0 || only.some((id) => matches(check, id));
  };
  const chosen = suites
    .map((suite) => ({ ...suite, checks: suite.checks.filter(wanted) }))
    .filter((suite) => suite.checks.length > 0);
  return { suites: chosen, narrowed: only.length > 0 || profiles.length > 0 };
}

function matches(check: Check, id: string): boolean {
  return check.id === id || check.requirement === id || check.requirement.startsWith(`${id}-`);
}

function checkOnly(only: readonly string[], ledger: Ledger): void {
  const ids = [...ledger.requirements.keys()];
  for (const id of only) {
    const [requirement = ''] = id.split('/');
    if (ids.some((known) => known === requirement || known.startsWith(`${requirement}-`))) continue;
    const hint = nearest(requirement, ids);
    throw new KitError(
      'MDT_KIT_USAGE',
      `there is no requirement ${id}${hint === undefined ? '' : `; did you mean ${hint}?`}`,
      { field: '--only' },
    );
  }
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
