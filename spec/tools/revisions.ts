/**
 * Freezing the requirements of a revision as data, and the difference between two revisions. A revision that is closed
 * is frozen in `spec/revisions/<revision>.json`, so that what an implementation was certified against can be read
 * when the prose has moved on. `main.ts --freeze` writes the one of today, `main.ts --diff <revision>` compares.
 */
import type { FrozenRequirement, Revision } from '../../conformance/kit/frozen.ts';
import type { Ledger } from '../../conformance/kit/ledger.ts';

export interface Change {
  id: string;
  /** Members that differ. */
  members: (keyof FrozenRequirement)[];
  before: FrozenRequirement;
  after: FrozenRequirement;
}

export interface RevisionDiff {
  from: string;
  to: string;
  added: ({ id: string } & FrozenRequirement)[];
  changed: Change[];
  withdrawn: ({ id: string } & FrozenRequirement)[];
}

const MEMBERS = ['level', 'side', 'roles', 'profile', 'sentence', 'untestable'] as const;

/** The requirements of a ledger, by ID in order. */
export function freeze({ revision, requirements }: Pick<Ledger, 'revision' | 'requirements'>): Revision {
  const frozen = [...requirements.values()]
    .sort((a, b) => a.id.localeCompare(b.id))
    .map(({ id, level, side, roles, profile, sentence, untestable }): [string, FrozenRequirement] => [
      id,
      { level, side, roles, profile, sentence, ...(untestable !== undefined && { untestable }) },
    ]);
  return { revision, requirements: Object.fromEntries(frozen) };
}

/** What `after` added, changed and withdrew. IDs are in order. */
export function diffRevisions(before: Revision, after: Revision): RevisionDiff {
  const ids = (revision: Revision): string[] => Object.keys(revision.requirements).sort();
  const of = (revision: Revision, id: string): FrozenRequirement => {
    const found = revision.requirements[id];
    if (!found) throw new Error(`${revision.revision} has no ${id}`);
    return found;
  };
  return {
    from: before.revision,
    to: after.revision,
    added: ids(after)
      .filter((id) => !(id in before.requirements))
      .map((id) => named(id, of(after, id))),
    changed: ids(after)
      .filter((id) => id in before.requirements)
      .map((id) => changeOf(id, of(before, id), of(after, id)))
      .filter(({ members }) => members.length > 0),
    withdrawn: ids(before)
      .filter((id) => !(id in after.requirements))
      .map((id) => named(id, of(before, id))),
  };
}

function named(id: string, requirement: FrozenRequirement): RevisionDiff['added'][0] {
  return { id, ...requirement };
}

function changeOf(id: string, before: FrozenRequirement, after: FrozenRequirement): Change {
  const members = MEMBERS.filter((member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]));
  return { id, members, before, after };
}

/** The difference for people: Markdown, a list each of what was added, changed and withdrawn. */
export function describeDiff({ from, to, added, changed, withdrawn }: RevisionDiff): string {
  const section = (title: string, lines: string[]): string[] =>
    lines.length === 0 ? [] : [`## ${title} (${String(lines.length)})`, '', ...lines, ''];
  const whole = ({ id, ...requirement }: RevisionDiff['added'][0]): string =>
    `- **${id}** (${bindingOf(requirement)}) ${requirement.sentence}`;
  const lines = [
    `# ${from} → ${to}`,
    '',
    ...section('Added', added.map(whole)),
    ...section('Changed', changed.map(describeChange)),
    ...section('Withdrawn', withdrawn.map(whole)),
  ];
  if (lines.length === 2) lines.push('No requirement differs.', '');
  return lines.join('\n');
}

function describeChange({ id, members, before, after }: Change): string {
  const lines = members.map((member) => {
    const text = (of: FrozenRequirement): string => [of[member] ?? '–'].flat().join(' ');
    return `  - ${member}\n    - before: ${text(before)}\n    - now: ${text(after)}`;
  });
  return [`- **${id}**`, ...lines].join('\n');
}

function bindingOf({ side, roles, profile, untestable }: FrozenRequirement): string {
  return `${side}: ${roles.join(' ')}; profile: ${profile}${untestable === undefined ? '' : '; untestable'}`;
}
