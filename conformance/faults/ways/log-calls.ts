/** A fault in what a call of the log or the canary answers. */
import type { Fault, Tools } from '../fault.ts';

type Callback = (error: unknown, response?: unknown) => void;
export type Call = (call: { readonly request: Record<string, unknown> }, callback: Callback) => void;

interface Service {
  calls: Record<string, Call>;
}

/** @param change gives the call that stands in the place of `original` */
export function changedCall(
  name: string,
  change: (original: Call, tools: Tools, shown: unknown) => Call,
): Fault['replaces'] {
  const maker = name === 'getStatus' ? 'statusService' : 'logService';
  return {
    'reference/log/log-service.ts': {
      [maker]:
        (original: (current: () => unknown, ...parts: unknown[]) => Service, tools: Tools) =>
        (current: () => unknown, ...parts: unknown[]) => {
          const service = original(current, ...parts);
          const before = service.calls[name];
          if (!before) throw new Error(`there is no call ${name}`);
          const late: Call = (call, callback) =>
            shownOr(
              current,
              () => before(call, callback),
              (shown) => change(before, tools, shown)(call, callback),
            );
          return { ...service, calls: { ...service.calls, [name]: late } };
        },
    },
  };
}

/** Before the birth nothing is shown, and the call says so as it should. */
function shownOr(current: () => unknown, unready: () => void, ready: (shown: unknown) => void): void {
  let shown: unknown;
  try {
    shown = current();
  } catch {
    unready();
    return;
  }
  ready(shown);
}

/** Where a number is not there, the newest is answered. */
export function newestWhereNoneIs(name: string): Fault['replaces'] {
  return changedCall(name, (original, tools) => (call, callback) => {
    original(call, (error, response) => {
      if (!error) {
        callback(error, response);
        return;
      }
      tools.fired();
      original({ ...call, request: { seq: undefined } }, callback);
    });
  });
}

/** What a log is made of. */
export interface LogParts {
  readonly entityId: Uint8Array;
  readonly signer: unknown;
}

/** As reference/core/log/checkpoint.ts. */
export interface Checkpoints {
  checkpointText(head: { entityId: Uint8Array; size: number; root: Uint8Array }, signer: unknown): string;
}

/** A log that shows what it is made of, so that a fault can sign as it does. */
export const LOG_WITH_PARTS: Fault['replaces'] = {
  'reference/log/activity-log.ts': {
    ActivityLog: (original: new (parts: LogParts) => object) =>
      class extends original {
        readonly parts: LogParts;
        constructor(parts: LogParts) {
          super(parts);
          this.parts = parts;
        }
      },
  },
};
