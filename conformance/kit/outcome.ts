/** Outcomes (spec/certification.md C.3): how those of checks make that of a requirement, and those of requirements a verdict. */
import type { Report, ReportCheck } from '../../reference/gen/schemas.ts';

export type Outcome = ReportCheck['outcome'];
export type Verdict = Report['verdict'];

/** Worst first: a requirement is what its worst check is. */
const WORST_FIRST: readonly Outcome[] = [
  'error',
  'fail',
  'known failing',
  'flaky',
  'untestable',
  'warn',
  'not observable',
  'pass',
  'not claimed',
];

/** The outcome of a requirement from those of its checks; `undefined` where it has none. */
export function worstOf(outcomes: readonly Outcome[]): Outcome | undefined {
  return WORST_FIRST.find((outcome) => outcomes.includes(outcome));
}

/** Outcomes after which `--bail` ends a run: what the manifest excuses, and what warns, is not among them. */
export const ENDS_A_RUN: readonly Outcome[] = ['fail', 'error'];
