/**
 * The whole report as one HTML file without any outside resource: it can be mailed, kept for years and opened from disk.
 * What stands in it comes from a target that is not trusted, so all of it is escaped, and a content security policy lets
 * nothing run but the one script whose hash it names. Without scripts everything can still be read.
 */
import { createHash } from 'node:crypto';
import type { Report, ReportRequirement, RunEvent } from '../../reference/gen/schemas.ts';
import { coverage, coverageLink } from './html-coverage.ts';
import type { ChapterSection } from './html-matrix.ts';
import { overview } from './html-overview.ts';
import { requirement, type LinesOf, type Material } from './html-requirement.ts';
import { SCRIPT } from './html-script.ts';
import { STYLE } from './html-style.ts';
import { targetOutput } from './html-output.ts';
import { wireOf } from './html-wire.ts';
import { html, verbatim, type Markup } from './markup.ts';
import { oneLine } from './visible.ts';

/** Whole elements: the hashes of the policy are over every octet between the tags. */
const STYLE_ELEMENT = verbatim(`<style>${STYLE}</style>`);
const SCRIPT_ELEMENT = verbatim(`<script>${SCRIPT}</script>`);

export interface HtmlInput {
  report: Report;
  events: readonly RunEvent[];
  /** Titles of the chapters by their file names, in reading order. */
  chapters: ReadonlyMap<string, string>;
}

export function renderHtml({ report, events, chapters }: HtmlInput): string {
  const lines = linesByScene(events);
  const material = { report, lines, wire: wireOf(events) };
  const sections = byChapter(report.requirements, chapters);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${oneLine(report.target.name, 100)}: ${report.verdict} — Milagro Distributed Trust</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <a class="skip" href="#requirements">Skip to the requirements</a>
        ${overview(report, sections, coverageLink(events))}
        <main id="requirements">
          ${sections.map((section) => chapter(section, material))}
          <p class="nothing" id="nothing" hidden>
            No requirement matches. <button type="button" class="plain" id="clear">Clear search and filters</button>
          </p>
          ${coverage(events, report, sections)} ${targetOutput(lines, report.verdict === 'no verdict')}
        </main>
        <footer>
          <p>
            Rendered from the run’s event stream by kit ${report.kit.version}. Seed
            <code>${oneLine(report.seed, 100)}</code>.
          </p>
        </footer>
        ${SCRIPT_ELEMENT}
      </body>
    </html> `;
  return page.text;
}

/** Requirements in the order of the specification, under the titles of its chapters. */
function byChapter(
  requirements: readonly ReportRequirement[],
  chapters: ReadonlyMap<string, string>,
): ChapterSection[] {
  const groups = Map.groupBy(requirements, ({ chapter }) => chapter);
  return [...groups].map(([name, its]) => ({ name, title: chapters.get(name) ?? name, requirements: its }));
}

function chapter({ name, title, requirements }: ChapterSection, material: Material): Markup {
  return html`<section class="chapter" id="chapter-${name}">
    <h2>${title}</h2>
    ${requirements.map((one) => requirement(one, material))}
  </section> `;
}

function linesByScene(events: readonly RunEvent[]): LinesOf {
  const lines = events.filter((event) => event.type === 'target_line');
  return Map.groupBy(lines, ({ scene }) => scene);
}

/** Nothing may be loaded, run or sent, but for the style sheet and the script of these hashes. */
function policy(): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}
