/** A small run, and a hostile one, for the tests of the reports: event streams that no real target need be started for. */
import { join } from 'node:path';
import type { ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import { EventStream } from '../kit/events.ts';
import { loadLedger, type Ledger } from '../kit/ledger.ts';
import { PROJECT } from '../kit/project.ts';

export const LEDGER: Ledger = loadLedger(join(PROJECT, 'spec'));

/** What a hostile target might write, all at once. */
const HOSTILE: string =
  '<script>globalThis.pwned=1</script><img src=x onerror="globalThis.pwned=1">]]>&amp;"\'' +
  '\u001b[2J\u001b]8;;http://evil.invalid\u0007click\u001b]8;;\u0007\r\u0000\u009b31m\u202egnp\ufffe\ud800';

type Judged = Partial<ReportCheck> & Pick<ReportCheck, 'requirement' | 'outcome'>;

const FAILING: Judged = {
  requirement: 'MDT-ANC-003',
  outcome: 'fail',
  message: 'the marker differs',
  expected: '4d696c6167726f20442d5441',
  got: '444f4350524f4f46',
  field: '/marker',
  rerun: 'milagro-trust certify --only MDT-ANC-003/marker --seed sample target.yaml',
  evidence: [{ label: 'OP_RETURN script', text: '6a2c444f4350524f4f46' }],
};

export interface SampleOptions {
  name?: string;
  checks?: readonly Judged[];
  /** What it was asked over HTTP, and answered; failing checks looked at it. */
  exchange?: { request: string; answer: string };
  /** How often. */
  times?: number;
  /** Lines of the target in the scene `birth`. */
  lines?: readonly string[];
  narrowed?: boolean;
  end?: Partial<Extract<RunEvent, { type: 'run_finished' }>> | 'none';
  chain?: 'none';
}

/** One passing check for each requirement that binds a D-TA, but for those that `checks` judge otherwise. */
export function sampleRun({
  name = 'sample D-TA',
  checks = [],
  lines = ['{"event":"listening"}'],
  exchange = { request: 'GET /.well-known/milagro-birth-record', answer: '200\ncontent-type: application/json\n\n{}' },
  times = 1,
  narrowed = false,
  end = {},
  chain,
}: SampleOptions = {}): RunEvent[] {
  const stream = new EventStream();
  const special = new Set(checks.map(({ requirement }) => requirement));
  const binding = [...LEDGER.requirements.values()].filter(
    ({ roles, id }) => roles.includes('dta') && !special.has(id),
  );
  const passing = narrowed ? [] : binding.map(({ id }): Judged => ({ requirement: id, outcome: 'pass' }));
  const order = [...LEDGER.requirements.keys()];
  const all = [...passing, ...checks]
    .sort((a, b) => order.indexOf(a.requirement) - order.indexOf(b.requirement))
    .map(asCheck);
  stream.emit({
    type: 'run_started',
    started: '2026-03-01T12:00:00Z',
    kit: '0.1.0',
    revision: '1.0',
    seed: 'sample',
    target: { name, version: '1.2.3', role: 'dta', mode: 'command', profiles: ['identity'], features: [] },
    selected: all.map(({ id }) => id),
    narrowed,
    manifest: { path: 'target.yaml', sha256: '00'.repeat(32) },
    known_failing: [],
    options: { chain: 'auto', allow_known_failing: false, bail: false },
  });
  stream.emit({ type: 'coverage', rows: [{ id: 'MDT-ANC-003', valid: 2, invalid: 5, faults: 1 }] });
  if (chain === 'none') stream.emit({ type: 'chain_failed', message: 'no way to a bitcoind is open' });
  else
    stream.emit({
      type: 'chain_started',
      way: 'process',
      version: '/Satoshi:29.0.0/',
      source: '/usr/bin/bitcoind',
      ms: 180,
    });
  stream.emit({ type: 'scene_started', scene: 'birth' });
  for (const text of lines) stream.emit({ type: 'target_line', scene: 'birth', stream: 'stdout', text });
  const trace = Array.from({ length: times }, () =>
    stream.emit({ type: 'exchange', scene: 'birth', protocol: 'http', ...exchange }),
  ).filter((seq) => seq !== undefined);
  stream.emit({ type: 'scene_finished', scene: 'birth', ms: 900 });
  if (chain !== 'none') for (const check of all) stream.emit({ type: 'check_finished', check: { ...check, trace } });
  if (end !== 'none') {
    const failed = checks.some(({ outcome }) => ['fail', 'error', 'known failing'].includes(outcome));
    stream.emit({
      type: 'run_finished',
      finished: '2026-03-01T12:00:09Z',
      exit: failed ? 1 : 0,
      verdict: failed ? 'not certified' : narrowed ? 'partial' : 'certified',
      timing: { wallMs: 9_000, targetMs: 8_000, chainMs: 180, kitMs: 820, kitCpuMs: 300 },
      ...end,
    });
  }
  return stream.events;
}

/** One requirement not met. */
export function failingRun(): RunEvent[] {
  return sampleRun({ checks: [FAILING], end: { exit: 1, verdict: 'not certified' } });
}

/** One requirement not met, by what two answers say. */
export function twoExchangesRun(): RunEvent[] {
  return sampleRun({ checks: [FAILING], times: 2, end: { exit: 1, verdict: 'not certified' } });
}

/** Every text that a target can bring into a report is hostile. */
export function hostileRun(): RunEvent[] {
  const text = HOSTILE;
  const checks: Judged[] = [
    {
      ...FAILING,
      message: text,
      expected: text,
      got: text + 'x'.repeat(1024 * 1024),
      field: text,
      rerun: text,
      evidence: [{ label: text, text }],
    },
    { requirement: 'MDT-DOC-001', outcome: 'error', message: text },
    { requirement: 'MDT-DOC-002', outcome: 'untestable', message: text },
  ];
  return sampleRun({
    name: text,
    checks,
    lines: [text, 'y'.repeat(1024 * 1024)],
    exchange: { request: text, answer: text + 'z'.repeat(1024 * 1024) },
    end: { exit: 1, verdict: 'not certified', reason: text },
  });
}

function asCheck(judged: Judged): ReportCheck {
  const { requirement } = judged;
  const chapter = LEDGER.requirements.get(requirement)?.chapter ?? '';
  return {
    id: `${requirement}/sample`,
    title: `looks at ${requirement}`,
    chapter,
    scene: 'birth',
    negative: false,
    ms: 1.5,
    ...judged,
  };
}
