/**
 * The coverage of the specification: for each requirement what this run's checks came to, and what those checks were tried
 * with before. Closed until somebody asks for it; the search and the filters of the requirements hold for its rows, too.
 */
import type { Report, ReportRequirement, RunEvent } from '../../reference/gen/schemas.ts';
import type { ChapterSection } from './html-matrix.ts';
import { html, type Markup } from './markup.ts';
import { OUTCOMES } from './summarise.ts';
import { oneLine } from './visible.ts';

type Row = Extract<RunEvent, { type: 'coverage' }>['rows'][0];
type Counts = Omit<Row, 'id'>;

const NONE: Counts = { valid: 0, invalid: 0, faults: 0 };
const WORDS_BEFORE = ['Requirement', 'Level', 'Checks of this run'];
const NUMBERS = ['Right inputs', 'Wrong inputs', 'Faults'];

/** Leads to the section, where there is one. */
export function coverageLink(events: readonly RunEvent[]): Markup | undefined {
  if (!rowsOf(events)) return undefined;
  return html`<p class="more"><a href="#coverage">Coverage of each requirement by checks, vectors and faults</a></p>`;
}

/** `undefined` where the events do not tell what the checks were tried with. */
export function coverage(
  events: readonly RunEvent[],
  { checks }: Report,
  sections: readonly ChapterSection[],
): Markup | undefined {
  const rows = rowsOf(events);
  if (!rows) return undefined;
  const outcomes = new Map(checks.map(({ id, outcome }) => [id, outcome]));
  return html`<section class="output">
    <details class="scene" id="coverage">
      <summary>Coverage <span class="amount">by checks, vectors and faults</span></summary>
      <p>
        Checks are those of this run. Inputs and faults are what the kit of this version was tried with: test vectors
        that are right or wrong by the requirement, and implementations broken on purpose that a check of it finds.
      </p>
      <div class="covers">
        <table class="coverage">
          <thead>
            <tr>
              ${WORDS_BEFORE.map((title) => html`<th scope="col">${title}</th>`)}
              ${NUMBERS.map((title) => html`<th scope="col" class="number">${title}</th>`)}
              <th scope="col">Why not</th>
            </tr>
          </thead>
          ${sections.map((section) => chapter(section, rows, outcomes))}
        </table>
      </div>
    </details>
  </section>`;
}

function rowsOf(events: readonly RunEvent[]): Map<string, Counts> | undefined {
  const found = events.find((event) => event.type === 'coverage');
  return found && new Map(found.rows.map(({ id, ...counts }) => [id, counts]));
}

type Outcomes = ReadonlyMap<string, ReportRequirement['outcome']>;

/** Its totals, and a row for each requirement. */
function chapter(
  { title, requirements }: ChapterSection,
  rows: ReadonlyMap<string, Counts>,
  outcomes: Outcomes,
): Markup {
  const counts = requirements.map(({ id }) => rows.get(id) ?? NONE);
  const total = (member: keyof Counts): number => counts.reduce((sum, each) => sum + each[member], 0);
  const all = requirements.flatMap(({ checks }) => checks);
  return html`<tbody>
    <tr class="total">
      <th scope="rowgroup" colspan="2">${title}</th>
      <td>${tallyOf(all, outcomes)}</td>
      <td class="number">${total('valid')}</td>
      <td class="number">${total('invalid')}</td>
      <td class="number">${total('faults')}</td>
      <td></td>
    </tr>
    ${requirements.map((one) => row(one, rows.get(one.id) ?? NONE, outcomes))}
  </tbody>`;
}

function row(
  { id, level, checks, outcome, reason }: ReportRequirement,
  { valid, invalid, faults }: Counts,
  outcomes: Outcomes,
): Markup {
  return html`<tr data-covers="${id}">
    <th scope="row"><a href="#${id}">${id}</a></th>
    <td>${level}</td>
    <td>${tallyOf(checks, outcomes)}</td>
    <td class="number">${valid}</td>
    <td class="number">${invalid}</td>
    <td class="number">${faults}</td>
    <td>${checks.length === 0 && oneLine(reason ?? outcome, 300)}</td>
  </tr> `;
}

/** `2 fail, 3 pass`, in the order of reports; `–` where there was no check. */
function tallyOf(checks: readonly string[], outcomes: Outcomes): string {
  const its = checks.map((id) => outcomes.get(id));
  const counts = (Object.keys(OUTCOMES) as ReportRequirement['outcome'][])
    .map((outcome) => ({ outcome, count: its.filter((each) => each === outcome).length }))
    .filter(({ count }) => count > 0);
  return counts.length === 0 ? '–' : counts.map(({ outcome, count }) => `${String(count)} ${outcome}`).join(', ');
}
