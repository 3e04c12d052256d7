/** Colours and signs of a terminal. A sign stands beside every colour, so that colour alone never carries a meaning. */
import type { ReportCheck } from '../../reference/gen/schemas.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (style: Style, text: string) => string;

const SGR: Record<Style, string> = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' };

export const SIGNS: Record<ReportCheck['outcome'], { sign: string; style: Style }> = {
  pass: { sign: '✓', style: 'green' },
  fail: { sign: '✗', style: 'red' },
  error: { sign: '‼', style: 'red' },
  'known failing': { sign: '✗', style: 'yellow' },
  flaky: { sign: '~', style: 'yellow' },
  untestable: { sign: '?', style: 'yellow' },
  warn: { sign: '!', style: 'yellow' },
  'not observable': { sign: '·', style: 'dim' },
  'not claimed': { sign: '·', style: 'dim' },
};

export const painted: Paint = (style, text) => `\u001b[${SGR[style]}m${text}\u001b[0m`;
export const unpainted: Paint = (_, text) => text;

const WORDS: Partial<Record<ReportCheck['outcome'], string>> = { pass: 'passed', fail: 'failed', warn: 'warned' };

/** `["3 passed", "1 failed"]`: how many of each outcome, in the order of SIGNS. */
export function tally(outcomes: readonly ReportCheck['outcome'][]): string[] {
  return (Object.keys(SIGNS) as ReportCheck['outcome'][]).flatMap((outcome) => {
    const count = outcomes.filter((one) => one === outcome).length;
    return count === 0 ? [] : [`${String(count)} ${WORDS[outcome] ?? outcome}`];
  });
}
