/** What a check looked at of what went over the wire, request and answer as they were, and of the target's transactions. */
import type { ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import { html, type Markup } from './markup.ts';
import { oneLine, shortened } from './visible.ts';

type Exchange = Extract<RunEvent, { type: 'exchange' }>;
type Transaction = Extract<RunEvent, { type: 'transaction' }>;

/** Exchanges and transactions of a run by their number. */
export type Wire = ReadonlyMap<number, Exchange | Transaction>;

const MAX_TEXT = 8_000;
/** An ordinary check looks at fewer. */
const MOST_SHOWN = 40;

export function wireOf(events: readonly RunEvent[]): Wire {
  const found = events.filter((event) => event.type === 'exchange' || event.type === 'transaction');
  return new Map(found.map((event) => [event.seq, event]));
}

/** One of them stands open: there is nothing to choose from. */
export function wireTrace({ trace = [] }: ReportCheck, wire: Wire): Markup[] {
  const looked = trace.flatMap((number) => wire.get(number) ?? []);
  const more = looked.length - MOST_SHOWN;
  return [
    ...looked
      .slice(0, MOST_SHOWN)
      .map((one) => (one.type === 'exchange' ? shown(one, looked.length === 1) : onChain(one, looked.length === 1))),
    ...(more > 0 ? [html`<p>${more} more are in events.jsonl</p>`] : []),
  ];
}

function onChain(tx: Transaction, open: boolean): Markup {
  const { txid, hex, block, at, scene, payload } = tx;
  const kind = payload?.['kind'] ?? (payload ? 'payload refused' : 'no payload');
  return html`<details class="evidence wire" ${open && html` open`}>
    <summary>
      <span>Transaction ${oneLine(txid, 64)}: ${oneLine(kind, 40)}</span>
      <span class="amount"
        >${block ? `block ${String(block.height)}` : 'unconfirmed'}, ${(at / 1000).toFixed(2)} s, scene ${scene}</span
      >
    </summary>
    <pre class="request" tabindex="0">${shortened(hex, MAX_TEXT)}</pre>
    <pre class="answer" tabindex="0">${shortened(decodedLines(tx).join('\n'), MAX_TEXT)}</pre>
  </details>`;
}

/** `input 0  <outpoint>`, then what belongs to it, indented; so for outputs and the payload. */
function decodedLines({ inputs, outputs, locktime, payload = {} }: Transaction): string[] {
  return [
    ...inputs.flatMap(({ outpoint, sequence, script, witness }, index) => [
      `input ${String(index)}  ${outpoint}, sequence ${sequence.toString(16).padStart(8, '0')}`,
      ...(script === '' ? [] : [`  script   ${script}`]),
      ...witness.map((item) => `  witness  ${item}`),
    ]),
    ...outputs.flatMap(({ sat, type, script, address }, index) => [
      `output ${String(index)}  ${String(sat)} sat, ${type}${address === undefined ? '' : `, ${address}`}`,
      `  script   ${script}`,
    ]),
    `locktime  ${String(locktime)}`,
    ...Object.entries(payload).map(([name, value]) => `payload ${name}  ${value}`),
  ];
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
