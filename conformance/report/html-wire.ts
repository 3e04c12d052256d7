/** What went over the wire that a check looked at: request and answer, as they were. */
import type { ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import { html, type Markup } from './markup.ts';
import { oneLine, shortened } from './visible.ts';

export type Exchange = Extract<RunEvent, { type: 'exchange' }>;

/** Exchanges of a run by their number. */
export type Wire = ReadonlyMap<number, Exchange>;

const MAX_TEXT = 8_000;

export function wireOf(events: readonly RunEvent[]): Wire {
  return new Map(events.flatMap((event) => (event.type === 'exchange' ? [[event.seq, event] as const] : [])));
}

/** One exchange stands open: there is nothing to choose from. */
export function wireTrace({ trace = [] }: ReportCheck, wire: Wire): Markup[] {
  const exchanges = trace.flatMap((number) => wire.get(number) ?? []);
  return exchanges.map((exchange) => shown(exchange, exchanges.length === 1));
}

function shown({ protocol, request, answer, at, scene }: Exchange, open: boolean): Markup {
  const [asked = ''] = request.split('\n');
  const [got = ''] = answer.split('\n');
  return html`<details class="evidence wire" ${open && html` open`}>
    <summary>
      <span>${protocol === 'http' ? 'HTTP' : 'gRPC'} ${oneLine(asked, 200)} → ${oneLine(got, 100)}</span>
      <span class="amount">${(at / 1000).toFixed(2)} s, scene ${scene}</span>
    </summary>
    <pre class="request" tabindex="0">${shortened(request, MAX_TEXT)}</pre>
    <pre class="answer" tabindex="0">${shortened(answer, MAX_TEXT)}</pre>
  </details>`;
}
