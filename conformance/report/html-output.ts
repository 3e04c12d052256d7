/** What the target wrote, and was sent, scene by scene. */
import type { RunEvent } from '../../reference/gen/schemas.ts';
import { html, type Markup } from './markup.ts';
import { oneLine } from './visible.ts';

export type TargetLine = Extract<RunEvent, { type: 'target_line' }>;

const MAX_LINE = 1_000;
/** Of a longer output the beginning and the end are shown, this many lines of each; all of it is in events.jsonl. */
const HALF = 200;

/** `open` shows the first scene at once: of a target that did not start, its output is what there is to read. */
export function targetOutput(lines: ReadonlyMap<string, readonly TargetLine[]>, open: boolean): Markup | undefined {
  if (lines.size === 0) return undefined;
  return html`<section class="output">
    <h2>Output of the target</h2>
    ${[...lines].map(
      ([scene, its], index) =>
        html`<details class="scene" id="output-${scene}" ${open && index === 0 && html` open`}>
          <summary>
            <span>${scene}</span><span class="amount">${its.length} ${its.length === 1 ? 'line' : 'lines'}</span>
          </summary>
          ${
            its.length <= 2 * HALF
              ? outputLines(its)
              : html`${outputLines(its.slice(0, HALF))}
                  <p>… ${its.length - 2 * HALF} lines are in events.jsonl …</p>
                  ${outputLines(its.slice(-HALF))}`
          }
        </details>`,
    )}
  </section>`;
}

export function outputLines(lines: readonly TargetLine[]): Markup {
  const rows = lines.map(
    ({ at, stream, text }) =>
      html`<tr class="from-${stream}">
        <td>${(at / 1000).toFixed(2)}</td>
        <td>${stream}</td>
        <td>${oneLine(text, MAX_LINE)}</td>
      </tr> `,
  );
  return html`<div class="lines" tabindex="0" role="region" aria-label="Output">
    <table>
      <thead>
        <tr>
          <th scope="col">s</th>
          <th scope="col">stream</th>
          <th scope="col">line</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
