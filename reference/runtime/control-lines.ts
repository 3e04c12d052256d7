/** Control lines of a test (spec/certification.md, C.1; MDT-TGT-008): what is not supported is said to be so. */
import { parseEnvelope } from '../core/document-octets.ts';
import { errorCodeOf } from './error-carrier.ts';
import { validate } from '../core/schema.ts';
import type { ControlAnswer } from '../gen/schemas.ts';
import type { Clock } from './clock.ts';
import type { ContractOutput } from './contract-output.ts';
import { LineReader, MAX_CONTROL_OCTETS } from './line-reader.ts';
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
      const line = await lines.next(MAX_CONTROL_OCTETS, 'MDT_CONTROL');
      if (line === undefined) return;
      const answer = answerControl(line, target);
      if (answer) output.answer(answer);
      else log.warn({ code: 'MDT_CONTROL' }, 'a control line without an id cannot be answered');
    } catch (error) {
      log.warn({ code: errorCodeOf(error) }, 'a control line cannot be read');
    }
  }
}

/** The answer to one line, `undefined` where it has no usable id. */
export function answerControl(line: Uint8Array, target: Controllable): ControlAnswer | undefined {
  const value = parseEnvelope(line, MAX_CONTROL_OCTETS);
  const { id, control } = value;
  if (typeof id !== 'number' || id < 0) return undefined;
  if (control !== 'clock' || !target.onRegtest) return { id, ok: false, unsupported: true };
  try {
    const { offset_seconds: offset } = validate('control-line', value);
    target.clock.setOffset(offset ?? 0);
    return { id, ok: true };
  } catch {
    return { id, ok: false, code: 'MDT_CONTROL' };
  }
}
