/**
 * The requirements of earlier revisions of the specification, frozen as data in `spec/revisions/<revision>.json` when a
 * revision was closed. `asOf` is today's ledger as such a revision had it, so that a newer kit certifies against an older
 * revision and asks for nothing new.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger, Requirement } from './ledger.ts';
import { KitError } from './kit-error.ts';
import { PROJECT } from './project.ts';

export const REVISIONS: string = join(PROJECT, 'spec/revisions');

/** What of a requirement binds: where it stands in the prose and why does not. */
export type FrozenRequirement = Pick<Requirement, 'level' | 'side' | 'roles' | 'profile' | 'sentence' | 'untestable'>;

export interface Revision {
  revision: string;
  requirements: Record<string, FrozenRequirement>;
}

/** Chapter of a requirement that no chapter has any more. */
const WITHDRAWN = 'withdrawn';

/** Names of the frozen revisions. */
export function frozenRevisions(folder: string = REVISIONS): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace(/\.json$/, ''))
    .sort();
}

/** @throws Error that names the revisions there are, where this one is not frozen */
export function readRevision(name: string, folder: string = REVISIONS): Revision {
  const path = join(folder, `${name}.json`);
  if (!/^[a-z0-9.-]+$/.test(name) || !existsSync(path))
    throw new Error(`there is no revision ${name}: there are ${frozenRevisions(folder).join(', ')}`);
  return JSON.parse(readFileSync(path, 'utf8')) as Revision;
}

/**
 * The ledger of the revision `name`, which is today's or a frozen one.
 * @throws KitError MDT_KIT_USAGE that names the revisions there are, where it is neither
 */
export function ledgerOf(today: Ledger, name: string = today.revision): Ledger {
  if (name === today.revision) return today;
  const frozen = frozenRevisions();
  if (frozen.includes(name)) return asOf(today, readRevision(name));
  const what = `there is no revision ${name} of the specification: there are ${[...frozen, today.revision].join(', ')}`;
  throw new KitError('MDT_KIT_USAGE', what, { field: '--revision' });
}

/** The ledger that a run was judged by, as far as it is known: today's where the revision is not. */
export function ledgerOfRun(today: Ledger, revision: string): Ledger {
  return revision !== today.revision && frozenRevisions().includes(revision) ? ledgerOf(today, revision) : today;
}

/**
 * Today's requirements as `revision` had them, under their present IDs: none that came later, each with the binding that
 * it had then, and those that this kit has no check of with the reason.
 */
export function asOf(today: Ledger, { revision, requirements }: Revision): Ledger {
  const present = (id: string): Requirement | undefined =>
    today.requirements.get(id) ?? [...today.requirements.values()].find(({ legacyIds }) => legacyIds?.includes(id));
  const then = Object.entries(requirements).map(([id, frozen]) => asItWas(id, frozen, present(id)));
  const order = [...today.requirements.keys()];
  then.sort((a, b) => rankIn(order, a) - rankIn(order, b));
  return { revision, requirements: new Map(then.map((each) => [each.id, each])), chapters: today.chapters, today };
}

function asItWas(id: string, frozen: FrozenRequirement, now: Requirement | undefined): Requirement {
  const { level, side, roles, profile, sentence, untestable } = frozen;
  const unjudged = untestable ?? whyUnjudged(frozen, now);
  const { chapter = WITHDRAWN, legacyIds, why } = now ?? {};
  return {
    id: now?.id ?? id,
    ...(legacyIds && { legacyIds }),
    ...{ level, side, roles, profile, chapter, sentence },
    ...(why !== undefined && { why }),
    ...(untestable !== undefined && { untestable }),
    ...(unjudged !== undefined && { unjudged }),
  };
}

function whyUnjudged(then: FrozenRequirement, now: Requirement | undefined): string | undefined {
  if (!now) return 'it was withdrawn since, and this kit has no check of it any more';
  if (now.level === then.level && now.sentence === then.sentence) return undefined;
  return 'its sentence has changed since, and this kit has no check of what it said';
}

function rankIn(order: readonly string[], { id }: Requirement): number {
  const rank = order.indexOf(id);
  return rank === -1 ? order.length : rank;
}
