/**
 * The last lines of a run on a terminal: what failed, with all that is needed to mend it, and the verdict. A terminal
 * scrolls: what matters most stands last, so the order is from the lesser to the worse.
 */
import type { Report, ReportCheck, ReportRequirement } from '../../reference/gen/schemas.ts';
import { findingsOf, type Finding } from './attention.ts';
import { NOT_RUN } from './summarise.ts';
import { SIGNS, tally, type Paint, type Style } from './paint.ts';
import { oneLine, shortened } from './visible.ts';

const MAX_VALUE = 400;
/** IDs are 11 characters and a space each. */
const IDS_A_LINE = 6;

export interface Ending {
  report: Report;
  paint: Paint;
  /** The target's last lines, for a run in which it never started. */
  lastOutput: readonly string[];
}

export function endingLines({ report, paint, lastOutput }: Ending): string[] {
  const checks = new Map(report.checks.map((check) => [check.id, check]));
  const hasFailed = report.summary.fail + report.summary.error > 0;
  const findingLines = (finding: Finding): string[] => {
    // Beside failures, what could not be tested is mostly their consequence.
    const inShort = finding.requirements.length > 1 || (hasFailed && finding.outcome === 'untestable');
    return ['', ...(inShort ? shortLines(finding, paint) : requirementLines(finding.requirements[0], checks, paint))];
  };
  // Without a verdict, or after an early end, nothing can be said of most requirements: a list of them would stand in the way.
  const told = findingsOf(report.requirements).filter(
    ({ outcome, reason }) => outcome !== 'untestable' || (report.verdict !== 'no verdict' && reason !== NOT_RUN),
  );
  return [
    ...told.toReversed().flatMap(findingLines),
    '',
    ...(report.verdict === 'no verdict' ? outputLines(lastOutput, paint) : []),
    ...verdictLines(report, paint),
  ];
}

/** `? 62 requirements  untestable: the target did not start`, and which they are; or one, by its ID. */
function shortLines({ outcome, reason, requirements }: Finding, paint: Paint): string[] {
  const { sign, style } = SIGNS[outcome];
  const ids = requirements.map(({ id }) => id);
  const rows = Array.from({ length: Math.ceil(ids.length / IDS_A_LINE) }, (_, row) =>
    ids.slice(row * IDS_A_LINE, (row + 1) * IDS_A_LINE),
  );
  const which = ids.length === 1 ? (ids[0] ?? '') : `${String(ids.length)} requirements`;
  const head = `${paint(style, `${sign} ${which}`)}  ${paint(style, outcome)}`;
  return [
    `${head}${reason === undefined ? '' : `: ${oneLine(reason, MAX_VALUE)}`}`,
    ...(ids.length === 1 ? [] : rows.map((row) => `  ${paint('dim', row.join(' '))}`)),
  ];
}

function requirementLines(
  requirement: ReportRequirement,
  checks: ReadonlyMap<string, ReportCheck>,
  paint: Paint,
): string[] {
  const { id, outcome, chapter, sentence, reason } = requirement;
  const { sign, style } = SIGNS[outcome];
  const its = requirement.checks
    .flatMap((wanted) => checks.get(wanted) ?? [])
    .filter((check) => check.outcome !== 'pass');
  return [
    `${paint(style, `${sign} ${id}`)}  ${paint(style, outcome)}  ${paint('dim', `spec/${chapter}.md`)}`,
    `  ${paint('bold', oneLine(sentence, 1_000))}`,
    ...(its.length === 0 && reason !== undefined ? fieldLines('reason', reason, paint) : []),
    ...its.flatMap((check) => checkLines(check, paint)),
  ];
}

function checkLines({ title, message, expected, got, field, rerun }: ReportCheck, paint: Paint): string[] {
  const optional = (name: string, value: string | undefined, style?: Style): string[] =>
    value === undefined ? [] : fieldLines(name, value, paint, style);
  return [
    `  ${oneLine(title, 200)}${message === undefined ? '' : `: ${oneLine(message, MAX_VALUE)}`}`,
    ...optional('expected', expected, 'green'),
    ...optional('got', got, 'red'),
    ...optional('field', field),
    ...optional('rerun', rerun, 'cyan'),
  ];
}

function fieldLines(name: string, value: string, paint: Paint, style?: Style): string[] {
  const styled = (text: string): string => (style ? paint(style, text) : text);
  // A command is copied and pasted: it is never cut.
  const [first = '', ...more] = shortened(value, name === 'rerun' ? 10_000 : MAX_VALUE).split('\n');
  return [
    `    ${paint('dim', name.padEnd(9))} ${styled(first)}`,
    ...more.slice(0, 10).map((line) => `${' '.repeat(14)}${styled(line)}`),
  ];
}

function outputLines(lastOutput: readonly string[], paint: Paint): string[] {
  if (lastOutput.length === 0) return [];
  return [paint('bold', 'last output of the target'), ...lastOutput.map((line) => `  ${paint('dim', line)}`), ''];
}

function verdictLines({ verdict, exit, reason, summary, timing, requirements }: Report, paint: Paint): string[] {
  const style: Style = exit === 0 ? (verdict === 'certified' ? 'green' : 'yellow') : 'red';
  const claimed = requirements.filter(({ outcome }) => outcome !== 'not claimed').map(({ outcome }) => outcome);
  const counts = claimed.length === 0 ? '' : `${String(claimed.length)} requirements: ${tally(claimed).join(', ')}; `;
  const took = `${String(summary.checks)} checks in ${(timing.wallMs / 1000).toFixed(1)} s`;
  const said = `${paint('bold', paint(style, verdict.toUpperCase()))}  ${paint('dim', `${counts}${took}`)}`;
  return [
    said,
    ...(reason === undefined
      ? []
      : shortened(reason, 4_000)
          .split('\n')
          .map((line) => `  ${line}`)),
  ];
}
