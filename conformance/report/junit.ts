/**
 * report.json → JUnit XML, in the form that CI systems read (the Jenkins schema's testsuites/testsuite/testcase). A check
 * is a test case and a chapter is a suite, so a CI page groups and links them as the specification does.
 */
import type { Report, ReportCheck } from '../../reference/gen/schemas.ts';
import { shortened } from './visible.ts';

const MAX_TEXT = 8_000;

export function renderJunit(report: Report): string {
  const chapters = Map.groupBy(report.checks, ({ chapter }) => chapter);
  const suites = [...chapters].map(([chapter, checks]) => suite(chapter, checks, report));
  const totals = attributes({
    name: `milagro-trust: ${report.target.name}`,
    ...totalsOf(report.checks),
    time: seconds(report.timing.wallMs),
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${totals}>\n${suites.join('')}${verdictSuite(report)}</testsuites>\n`;
}

function suite(chapter: string, checks: ReportCheck[], { started }: Report): string {
  const time = seconds(checks.reduce((sum, { ms }) => sum + ms, 0));
  const head = attributes({ name: chapter, ...totalsOf(checks), time, timestamp: started.replace(/Z$/, '') });
  return `  <testsuite${head}>\n${checks.map(testcase).join('')}  </testsuite>\n`;
}

function testcase(check: ReportCheck): string {
  const head = attributes({
    classname: `${check.chapter}.${check.requirement}`,
    name: `${check.id} ${check.title}`,
    time: seconds(check.ms),
  });
  const inside =
    result(check) + (check.outcome === 'warn' ? element('system-out', {}, `warning: ${detail(check)}`) : '');
  return inside === '' ? `    <testcase${head}/>\n` : `    <testcase${head}>\n${inside}    </testcase>\n`;
}

/** `failure` says something of the target, `error` of the kit; what says nothing of either is `skipped` with its reason. */
function result(check: ReportCheck): string {
  const message = check.message ?? check.outcome;
  switch (check.outcome) {
    case 'pass':
    case 'warn':
      return '';
    case 'fail':
    case 'untestable':
    case 'known failing':
    case 'flaky':
      return element('failure', { type: check.outcome, message }, detail(check));
    case 'error':
      return element('error', { type: 'error of the kit', message }, detail(check));
    default:
      return `      <skipped${attributes({ message: `${check.outcome}: ${message}` })}/>\n`;
  }
}

/** A run without any check (no chain, no target) still has to be red: CI systems take an empty file for a success. */
function verdictSuite({ verdict, exit, reason, started, checks }: Report): string {
  if (exit === 0 || checks.some(isBad)) return '';
  const head = attributes({
    name: 'verdict',
    tests: 1,
    failures: 0,
    errors: 1,
    skipped: 0,
    time: '0.000',
    timestamp: started.replace(/Z$/, ''),
  });
  const problem = element('error', { type: verdict, message: reason ?? verdict }, reason ?? verdict);
  return `  <testsuite${head}>\n    <testcase${attributes({ classname: 'verdict', name: verdict, time: '0.000' })}>\n${problem}    </testcase>\n  </testsuite>\n`;
}

const FAILURES: readonly ReportCheck['outcome'][] = ['fail', 'untestable', 'known failing', 'flaky'];
const SKIPPED: readonly ReportCheck['outcome'][] = ['not claimed', 'not observable'];

function isBad({ outcome }: ReportCheck): boolean {
  return outcome === 'error' || FAILURES.includes(outcome);
}

function totalsOf(checks: readonly ReportCheck[]): Record<string, number> {
  const count = (outcomes: readonly ReportCheck['outcome'][]): number =>
    checks.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return { tests: checks.length, failures: count(FAILURES), errors: count(['error']), skipped: count(SKIPPED) };
}

function detail({ message, expected, got, field, rerun }: ReportCheck): string {
  const lines = [
    message,
    expected && `expected: ${expected}`,
    got && `got: ${got}`,
    field && `field: ${field}`,
    rerun && `rerun: ${rerun}`,
  ];
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}

function element(name: string, given: Record<string, string>, text: string): string {
  return `      <${name}${attributes(given)}>${escaped(shortened(text, MAX_TEXT))}</${name}>\n`;
}

function attributes(given: Record<string, string | number>): string {
  return Object.entries(given)
    .map(
      ([name, value]) =>
        ` ${name}="${escaped(shortened(String(value), MAX_TEXT))
          .replaceAll('\n', '&#10;')
          .replaceAll('\t', '&#9;')}"`,
    )
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
