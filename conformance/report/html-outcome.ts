/** How an outcome looks: a sign and a word beside its colour, so that colour alone never carries it. */
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import { html, type Markup } from './markup.ts';

type Outcome = ReportCheck['outcome'];

const SIGNS: Record<Outcome, string> = {
  pass: '✓',
  fail: '✗',
  error: '‼',
  'known failing': '⊘',
  flaky: '≈',
  untestable: '?',
  warn: '!',
  'not observable': '·',
  'not claimed': '·',
};

/** What each means, in few words (certification, C.3). */
export const MEANING: Record<Outcome, string> = {
  pass: 'met',
  fail: 'not met',
  error: 'a fault of the kit',
  'known failing': 'not met, as the manifest says',
  flaky: 'not met once, then met',
  untestable: 'a prerequisite was missing',
  warn: 'a recommendation not met',
  'not observable': 'cannot be seen from outside',
  'not claimed': 'outside what the target claims',
};

/** The outcome as a class name. */
export function classOf(outcome: Outcome): string {
  return `is-${outcome.replaceAll(' ', '-')}`;
}

export function sign(outcome: Outcome): Markup {
  return html`<span class="sign ${classOf(outcome)}" aria-hidden="true">${SIGNS[outcome]}</span>`;
}
