/** Control lines of a test (spec/certification.md, C.1; MDT-TGT-008): what is not supported is said to be so. */
import { parseEnvelope } from '../core/document-octets.ts';
import { validate } from '../core/schema.ts';
import type { ControlAnswer } from '../gen/schemas.ts';
import type { Clock } from './clock.ts';
import type { ContractOutput } from './contract-output.ts';
import { type LineReader, MAX_LINE_OCTETS } from './line-reader.ts';
import type { Logger } from './log.ts';

export interface Controllable {
  readonly clock: Clock;
  /** Elsewhere nobody may move a clock or play the operator through a pipe. */
  readonly onRegtest: boolean;
}

/** Answers control lines until the input ends. */
export async function answerControls(
  lines: LineReader,
  output: ContractOutput,
  log: Logger,
  target: Controllable,
): Promise<void> {
  for (;;) {
    try {
      const line = await lines.next(MAX_LINE_OCTETS, 'MDT_CONTROL');
      if (line === undefined) return;
      const answer = answerControl(line, target);
      if (answer) output.answer(answer);
      else log.warn({ code: 'MDT_CONTROL' }, 'a control line without an id cannot be answered');
    } catch {
      log.warn({ code: 'MDT_CONTROL' }, 'a control line is too long');
    }
  }
}

/** The answer to one line, `undefined` where it has no usable id. A line that is no good otherwise is answered with MDT_CONTROL. */
export function answerControl(line: Uint8Array, target: Controllable): ControlAnswer | undefined {
  const { id, control } = looseMembers(line);
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return undefined;
  if (typeof control !== 'string') return { id, ok: false, code: 'MDT_CONTROL' };
  if (control !== 'clock' || !target.onRegtest) return { id, ok: false, unsupported: true };
  try {
    const { offset_seconds: offset } = validate('control-line', parseEnvelope(line, MAX_LINE_OCTETS));
    target.clock.setOffset(offset ?? 0);
    return { id, ok: true };
  } catch {
    return { id, ok: false, code: 'MDT_CONTROL' };
  }
}

/** Every line is answered by its id (MDT-TGT-008), so the id is looked for in lines, too, that are refused as a whole. */
function looseMembers(line: Uint8Array): { readonly id?: unknown; readonly control?: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(line).toString('utf8'));
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}
