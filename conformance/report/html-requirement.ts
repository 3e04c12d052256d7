/** One requirement: a line that opens to its sentence's origin, its checks, their evidence and what the target said. */
import type { Report, ReportCheck, ReportRequirement, RunEvent } from '../../reference/gen/schemas.ts';
import { ATTENTION } from './attention.ts';
import { classOf, MEANING, sign } from './html-outcome.ts';
import { outputLines, type TargetLine } from './html-output.ts';
import { wireTrace, type Wire } from './html-wire.ts';
import { html, type Markup } from './markup.ts';
import { oneLine, shortened } from './visible.ts';

/** What the target wrote and was sent, by scene. */
export type LinesOf = ReadonlyMap<string, readonly Extract<RunEvent, { type: 'target_line' }>[]>;

/** What a requirement is shown with. */
export interface Material {
  readonly report: Report;
  readonly lines: LinesOf;
  readonly wire: Wire;
}

const MAX_VALUE = 8_000;
/** Enough to see what came before what the check looked at, and what came of it; the whole output is at the end of the page. */
const BEFORE = 30;
const AFTER = 10;

export function requirement(one: ReportRequirement, material: Material): Markup {
  const { id, outcome, sentence, roles } = one;
  const { report } = material;
  const checks = one.checks.flatMap((wanted) => report.checks.filter((check) => check.id === wanted));
  // Open at once: what failed is what the reader came for.
  const open = outcome === 'fail' || outcome === 'error' ? ' open' : '';
  return html`<details class="requirement" id="${id}" data-outcome="${outcome}" data-roles="${roles.join(' ')}" ${open}>
    <summary>
      ${sign(outcome)}<span class="id">${id}</span><span class="sentence">${sentenceOf(sentence)}</span
      ><span class="outcome ${classOf(outcome)}">${outcome}</span>
    </summary>
    <div class="body">${meta(one)}${checks.map((check) => checkPart(check, material))}</div>
  </details> `;
}

function meta({ level, roles, profile, chapter, outcome, reason, checks }: ReportRequirement): Markup {
  return html`<p class="meta">
      <span>${level}</span><span>binds ${roles.join(', ')}</span><span>profile ${profile}</span
      ><span><code>spec/${chapter}.md</code></span>
    </p>
    ${checks.length === 0 && html`<p class="message">${reason ?? MEANING[outcome]}</p>`}`;
}

function checkPart(check: ReportCheck, { lines, wire }: Material): Markup {
  const { id, title, outcome, ms, message, negative, scene } = check;
  const bad = ATTENTION.includes(outcome);
  return html`<article class="check" id="${id}" aria-label="Check ${id}: ${outcome}">
    <h3>${sign(outcome)}<span>${oneLine(title, 300)}</span></h3>
    <p class="meta">
      <a href="#${id}"><code>${id}</code></a
      ><span class="${classOf(outcome)}">${outcome}</span
      >${negative === true && html`<span>negative</span>`}${scene !== undefined && html`<span>scene ${scene}</span>`}<span
        >${ms} ms</span
      >
    </p>
    ${message !== undefined && html`<p class="message">${shortened(message, MAX_VALUE)}</p>`}
    ${values(check)}${(check.evidence ?? []).map(({ label, text }) => evidence(label, text))}${bad && wireTrace(check, wire)}${bad && slice(check, lines, wire)}${check.rerun !== undefined && html`<p class="rerun"><span>Run it again</span><code tabindex="0">${shortened(check.rerun, 10_000)}</code></p>`}
  </article>`;
}

function values({ expected, got, field }: ReportCheck): Markup | undefined {
  const rows = Object.entries({ expected, got, field }).filter((row): row is [string, string] => row[1] !== undefined);
  if (rows.length === 0) return undefined;
  return html`<dl class="values">
    ${rows.map(
      ([name, value]) =>
        html`<div class="${name}">
          <dt>${name}</dt>
          <dd><pre>${shortened(value, MAX_VALUE)}</pre></dd>
        </div>`,
    )}
  </dl>`;
}

function evidence(label: string, text: string): Markup {
  return html`<details class="evidence">
    <summary>${oneLine(label, 200)}</summary>
    <pre tabindex="0">${shortened(text, MAX_VALUE)}</pre>
  </details>`;
}

/**
 * What the target wrote and was sent, in the scenes that the check looked at, around the last exchange of the scene that
 * it looked at; where it looked at none, at the scene's end.
 */
function slice({ scene = '', trace = [] }: ReportCheck, lines: LinesOf, wire: Wire): Markup[] {
  return scene.split(' ').flatMap((name) => {
    const its: readonly TargetLine[] = lines.get(name) ?? [];
    if (its.length === 0) return [];
    const moment = Math.max(-1, ...trace.filter((number) => isExchangeOf(wire.get(number), name)));
    const around = linesAround(its, moment);
    const more =
      its.length > around.length ? html`<p><a href="#output-${name}">all ${its.length} lines</a></p>` : undefined;
    const when =
      moment < 0 ? 'at its end' : `when it was asked at ${((wire.get(moment)?.at ?? 0) / 1000).toFixed(2)} s`;
    return [
      html`<details class="evidence">
        <summary>Output of the target, scene ${name}, ${when}</summary>
        ${outputLines(around)}${more}
      </details>`,
    ];
  });
}

function isExchangeOf(looked: ReturnType<Wire['get']>, scene: string): boolean {
  return looked?.type === 'exchange' && looked.scene === scene;
}

/** The last lines up to an event of the run and the first after it; the last of all where there is no such event. */
export function linesAround(lines: readonly TargetLine[], moment: number): readonly TargetLine[] {
  const later = moment < 0 ? -1 : lines.findIndex(({ seq }) => seq > moment);
  const next = later < 0 ? lines.length : later;
  return lines.slice(Math.max(0, next - BEFORE), next + AFTER);
}

/** A sentence of the specification: code spans as code, the words that bind set off. */
export function sentenceOf(sentence: string): Markup[] {
  return sentence.split(/(`[^`]*`)|\b(MUST NOT|MUST|SHOULD NOT|SHOULD|MAY)\b/).flatMap((part: string | undefined) => {
    if (part === undefined || part === '') return [];
    if (part.startsWith('`')) return html`<code>${part.slice(1, -1)}</code>`;
    return /^(MUST|SHOULD|MAY)/.test(part) ? html`<b>${part}</b>` : html`${part}`;
  });
}
