/** Control lines of a test (spec/certification.md, C.1; MDT-TGT-008): what is not supported is said to be so. */
import { parseEnvelope } from '../core/document-octets.ts';
import { validate } from '../core/schema.ts';
import type { ControlAnswer, ControlLine, LogPromise } from '../gen/schemas.ts';
import type { Clock } from './clock.ts';
import type { ContractOutput } from './contract-output.ts';
import { errorCodeOf } from './error-carrier.ts';
import { type LineReader, MAX_LINE_OCTETS } from './line-reader.ts';
import type { Logger } from './log.ts';

/** What a test may have an entity declare, as its operator would. Each is done when it is signed and kept. */
export interface Declarations {
  successor(): Promise<void>;
  retire(reason?: string): Promise<void>;
  /** Issues a STATUS with these codes and no others. */
  status(codes: readonly string[]): Promise<void>;
  /** Issues no STATUS any more. */
  withholdStatus(): Promise<void>;
  /** Enters a test entry; done when it is durable. */
  append(kind: 'person' | 'app' | 'thing', subject: string): Promise<LogPromise>;
  /** What its role alone does at a control line of this name; `undefined` where it does nothing. */
  ofRole(control: string): (() => Promise<void>) | undefined;
}

export interface Controllable {
  readonly clock: Clock;
  readonly declarations: Declarations;
  /** Elsewhere nobody may move a clock or play the operator through a pipe. */
  readonly onRegtest: boolean;
}

/** What a control does, and what its answer has beside `ok`; it rejects with the code of its answer. */
type Action = (line: ControlLine, target: Controllable) => Promise<Pick<ControlAnswer, 'promise'> | void> | void;

/** What is not here is not supported. */
const ACTIONS: Partial<Record<string, Action>> = {
  clock: ({ offset_seconds: offset }, { clock }) => clock.setOffset(offset ?? 0),
  append: async ({ kind, subject }, { declarations }) => ({
    promise: await declarations.append(kind ?? 'person', subject ?? ''),
  }),
  status: async ({ codes = [] }, { declarations }) => declarations.status(codes),
  withhold_status: async (_, { declarations }) => declarations.withholdStatus(),
  successor: async (_, { declarations }) => declarations.successor(),
  retire: async ({ reason }, { declarations }) => declarations.retire(reason),
};

/** Answers control lines until the input ends. One that takes its time does not keep the next waiting. */
export async function answerControls(
  lines: LineReader,
  output: ContractOutput,
  log: Logger,
  target: Controllable,
): Promise<void> {
  const answer = async (line: Uint8Array): Promise<void> => {
    const answered = await answerControl(line, target, log);
    if (answered) output.answer(answered);
    else log.warn({ code: 'MDT_CONTROL' }, 'a control line without an id cannot be answered');
  };
  const underWay = new Set<Promise<void>>();
  for (;;) {
    try {
      const line = await lines.next(MAX_LINE_OCTETS, 'MDT_CONTROL');
      if (line === undefined) break;
      const answering = answer(line).finally(() => underWay.delete(answering));
      underWay.add(answering);
    } catch {
      log.warn({ code: 'MDT_CONTROL' }, 'a control line is too long');
    }
  }
  await Promise.all(underWay);
}

/** The answer to one line, `undefined` where it has no usable id. A line that is no good otherwise is answered with MDT_CONTROL. */
export async function answerControl(
  line: Uint8Array,
  target: Controllable,
  log?: Logger,
): Promise<ControlAnswer | undefined> {
  const { id, control } = looseMembers(line);
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return undefined;
  if (typeof control !== 'string') return { id, ok: false, code: 'MDT_CONTROL' };
  const action = Object.hasOwn(ACTIONS, control) ? ACTIONS[control] : target.declarations.ofRole(control);
  if (!action || !target.onRegtest) {
    log?.warn({ control: action ? control : 'unknown' }, 'a control line that is not supported, or not on this chain');
    return { id, ok: false, unsupported: true };
  }
  const parsed = parseControl(line);
  if (!parsed) return { id, ok: false, code: 'MDT_CONTROL' };
  try {
    return { id, ok: true, ...(await action(parsed, target)) };
  } catch (error) {
    log?.warn({ control, err: error }, 'a control line was not carried out');
    return { id, ok: false, code: errorCodeOf(error) };
  }
}

function parseControl(line: Uint8Array): ControlLine | undefined {
  try {
    return validate('control-line', parseEnvelope(line, MAX_LINE_OCTETS));
  } catch {
    return undefined;
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
