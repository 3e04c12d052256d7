/** The head of the report: verdict, facts, counts that are filters, the matrix, and what needs attention. */
import type { Report, ReportRequirement } from '../../reference/gen/schemas.ts';
import { findingsOf, type Finding } from './attention.ts';
import { matrix, type ChapterSection } from './html-matrix.ts';
import { classOf, MEANING, sign } from './html-outcome.ts';
import { sentenceOf } from './html-requirement.ts';
import { html, type Markup } from './markup.ts';
import { OUTCOMES } from './summarise.ts';
import { oneLine, shortened } from './visible.ts';

type Outcome = ReportRequirement['outcome'];

const SAID: Record<Report['verdict'], string> = {
  certified: 'Certified',
  'not certified': 'Not certified',
  observed: 'Observed',
  partial: 'Passed in part',
  'nothing ran': 'Nothing ran',
  'no verdict': 'No verdict',
};

/** `more` stands under the matrix. */
export function overview(report: Report, sections: ChapterSection[], more: Markup | undefined): Markup {
  const { target, verdict, reason } = report;
  const tone = report.summary.certified ? 'is-pass' : report.exit === 0 ? 'is-warn' : 'is-fail';
  return html`<header class="head">
      <p class="kind">Milagro Distributed Trust <span>conformance report</span></p>
      <h1>
        ${oneLine(target.name, 200)}
        ${target.version !== undefined && html`<span class="version">${oneLine(target.version, 60)}</span>`}
      </h1>
      <p class="verdict ${tone}">${SAID[verdict]}</p>
      ${reason !== undefined && html`<p class="reason">${shortened(reason, 2_000)}</p>`} ${facts(report)}
    </header>
    ${attention(report)} ${counts(report.requirements)} ${matrix(sections, report)} ${more}
    ${tools(report.requirements.length)} `;
}

function facts({ target, spec, chain, started, timing, summary, kit }: Report): Markup {
  const entries: [string, string | undefined][] = [
    ['Vendor', target.vendor],
    ['Role', target.role],
    ['Profiles', target.profiles.join(', ')],
    ['Optional features', target.features?.join(', ')],
    ['Specification', `revision ${spec.revision}`],
    ['Kit', kit.version],
    ['Bitcoin node', chain.way === 'none' ? 'none' : `${chain.version.replaceAll('/', ' ').trim()}, by ${chain.way}`],
    ['Node from', chain.source],
    ['Run', started.replace('T', ' ').replace('Z', ' UTC')],
    ['Checks', `${String(summary.checks)} in ${(timing.wallMs / 1000).toFixed(1)} s`],
  ];
  const shown = entries.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return html`<dl class="facts">
    ${shown.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${oneLine(value, 300)}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Links to what is wrong, worst first, with the first sentence of why. */
function attention({ requirements }: Report): Markup | undefined {
  const findings = findingsOf(requirements);
  const count = findings.reduce((sum, finding) => sum + finding.requirements.length, 0);
  if (count === 0) return undefined;
  const title = count === 1 ? 'One requirement needs attention' : `${String(count)} requirements need attention`;
  return html`<section class="attention" aria-labelledby="attention-title">
    <h2 id="attention-title">${title}</h2>
    <ul>
      ${findings.map(finding)}
    </ul>
  </section>`;
}

function finding({ outcome, reason, requirements }: Finding): Markup {
  const [{ id, sentence }, ...more] = requirements;
  const why = html`<p class="why">
    <span class="${classOf(outcome)}">${outcome}</span>${reason !== undefined && html`: ${oneLine(reason, 300)}`}
  </p>`;
  if (more.length === 0) {
    return html`<li>
      ${sign(outcome)}<a href="#${id}">${id}</a>
      <div>
        <p>${sentenceOf(sentence)}</p>
        ${why}
      </div>
    </li>`;
  }
  return html`<li>
    ${sign(outcome)}<span>${requirements.length} together</span>
    <div>
      ${why}
      <p class="ids">${requirements.map((one) => html`<a href="#${one.id}">${one.id}</a> `)}</p>
    </div>
  </li>`;
}

/** One bar of all requirements, and a button for each outcome that occurs: count, sign, word. */
function counts(requirements: readonly ReportRequirement[]): Markup {
  const found = (Object.keys(OUTCOMES) as Outcome[])
    .map((outcome) => ({ outcome, count: requirements.filter((one) => one.outcome === outcome).length }))
    .filter(({ count }) => count > 0);
  let from = 0;
  const bars = found.map(({ outcome, count }) => {
    const x = (100 * from) / requirements.length;
    from += count;
    return html`<rect
      class="${classOf(outcome)}"
      x="${x.toFixed(3)}%"
      width="${((100 * count) / requirements.length).toFixed(3)}%"
      height="100%"
    />`;
  });
  const said = found.map(({ outcome, count }) => `${String(count)} ${outcome}`).join(', ');
  return html`<section class="counts" aria-label="Counts">
    <svg class="bar" role="img" aria-label="${said}" width="100%" height="8">${bars}</svg>
    <div class="chips" role="group" aria-label="Show only">
      ${found.map(
        ({ outcome, count }) =>
          html`<button
            type="button"
            class="chip"
            data-outcome="${outcome}"
            aria-pressed="false"
            title="${MEANING[outcome]}"
          >
            ${sign(outcome)}<b>${count}</b> ${outcome}
          </button>`,
      )}
    </div>
  </section>`;
}

/** Hidden until the script shows them: without it they would do nothing. */
function tools(total: number): Markup {
  return html`<div class="tools" id="tools" role="search" hidden>
    <input
      id="search"
      type="search"
      placeholder="Search requirements, checks and evidence"
      aria-label="Search requirements, checks and evidence"
      autocomplete="off"
      maxlength="500"
      spellcheck="false"
    />
    <output id="shown" aria-live="polite">${total} requirements</output>
    <button type="button" id="expand" class="plain">Open all shown</button>
    <span class="keys" aria-hidden="true"><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> move</span>
  </div>`;
}
