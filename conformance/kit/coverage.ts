/** How the requirements are covered, from a real run: by checks that were executed, by vectors that were run, by faults. */
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import type { Ledger, Level } from './ledger.ts';
import type { VectorResult } from './vectors.ts';

export interface CoverageRow {
  id: string;
  level: Level;
  /** Roles that it binds, joined by spaces; `verifier` is every reader. */
  role: string;
  profile: string;
  /** Checks that ran and came to a judgement. */
  checks: number;
  /** Of checks and vectors, those that show something right done, and those that show something wrong refused. */
  positive: number;
  negative: number;
  /** Faults whose requirement it is. */
  faults: number;
  /** Why no black-box check is possible, where the prose says so; else null. */
  untestable: string | null;
}

export interface Executed {
  readonly checks: readonly ReportCheck[];
  readonly vectors: readonly VectorResult[];
  readonly faults: readonly { readonly requirement: string }[];
}

/** Outcomes of a check that looked at something and judged it. */
const JUDGED = ['pass', 'fail', 'warn', 'known failing'];

export function coverageOf(ledger: Ledger, { checks, vectors, faults }: Executed): CoverageRow[] {
  return [...ledger.requirements.values()].map(({ id, level, roles, profile, untestable }) => {
    const its = checks.filter(({ requirement, outcome }) => requirement === id && JUDGED.includes(outcome));
    const run = vectors.filter(({ requirements }) => requirements.includes(id));
    const valid = run.filter(({ expected }) => expected.startsWith('valid')).length;
    return {
      id,
      level,
      role: roles.join(' '),
      profile,
      checks: its.length,
      positive: its.filter(({ negative }) => negative !== true).length + valid,
      negative: its.filter(({ negative }) => negative === true).length + run.length - valid,
      faults: faults.filter(({ requirement }) => requirement === id).length,
      untestable: untestable ?? null,
    };
  });
}

/** MUSTs that nothing looks at: no check, no vector, and no word in the prose of why there can be none. */
export function uncovered(rows: readonly CoverageRow[], profiles: readonly string[]): CoverageRow[] {
  return rows.filter(
    ({ level, profile, positive, negative, untestable }) =>
      level === 'MUST' && profiles.includes(profile) && positive + negative === 0 && untestable === null,
  );
}
