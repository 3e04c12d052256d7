/** A verdict for people: a line for each step, and the verdict last. */
import type { Verdict, VerdictSource, VerdictStep } from '../gen/schemas.ts';
import { inline } from './terminal.ts';

const MARKS: Readonly<Record<VerdictStep['outcome'], string>> = { ok: '✓', failed: '✗', skipped: '·' };

/** What of a step's evidence a person wants to see, by step; the rest is in --json. */
const TOLD: Readonly<Record<VerdictStep['step'], readonly string[]>> = {
  fetch: ['url', 'octets'],
  read: ['links', 'predecessors'],
  record: ['role', 'name', 'issuer'],
  digest: ['sha256'],
  signature: [],
  pin: ['entity_id', 'pinned'],
  headers: ['tip', 'tip_time'],
  anchor: ['txid', 'height', 'txref'],
  depth: ['confirmations', 'required'],
  time: ['existed_after', 'existed_before'],
  lineage: ['links', 'kinds', 'newest_proven'],
  successors: [],
  retirement: ['reason', 'confirmations', 'deep', 'successor_entity'],
  canary: ['seq', 'created', 'next_due', 'expires', 'lacks', 'doubt'],
};

export function verdictText(verdict: Verdict): string {
  const lines = verdict.steps.map(stepLine);
  return `${[...lines, '', ...conclusion(verdict)].join('\n')}\n`;
}

function stepLine({ step, outcome, evidence }: VerdictStep): string {
  const told = TOLD[step].filter((name) => evidence[name] !== undefined);
  const seen = told.map((name) => `${name} ${inline(evidence[name])}`);
  return `${MARKS[outcome]} ${step.padEnd(11)}${[...faultOf(outcome, evidence), ...seen].join(', ')}`.trimEnd();
}

/** What was wrong, and where. */
function faultOf(outcome: VerdictStep['outcome'], { code, field, message }: Record<string, unknown>): string[] {
  if (outcome !== 'failed') return [];
  return [`${inline(code)}: ${inline(message)}${field === undefined ? '' : ` (${inline(field)})`}`];
}

function conclusion(verdict: Verdict): string[] {
  const { code, message, entity_id: entity, existed_after: after, existed_before: before, headers } = verdict;
  return [
    `${verdict.verdict}${code === undefined ? '' : `  ${code}: ${inline(message ?? '')}`}`,
    ...(entity === undefined ? [] : [`  entity_id  ${entity}`]),
    ...(after === undefined
      ? []
      : [`  written    after ${after}, ${before === undefined ? 'no upper bound yet' : `before ${before}`}`]),
    ...(headers.sources.length === 0 ? ['  headers    none'] : headers.sources.map(sourceLine)),
  ];
}

/** What a source gave; the star marks those that have the tip of the chain that the verdict rests on. */
function sourceLine({ name, tip, best, code, message }: VerdictSource): string {
  const gave = tip === undefined ? 'nothing' : `up to ${tip.height}`;
  const fault = code === undefined ? '' : `; ${code}: ${inline(message ?? '')}`;
  return `  headers  ${best ? '*' : ' '} ${inline(name)}: ${gave}${fault}`;
}
