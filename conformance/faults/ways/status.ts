/** A fault in the content of a STATUS. */
import type { Fault, Tools } from '../fault.ts';

export interface StatusContent {
  readonly entityId: string;
  readonly record: string;
  readonly before?: { readonly document: { readonly seq: number; readonly codes: readonly string[] } };
  readonly codes: readonly string[];
  readonly dueAfter: number;
  readonly expiresAfter: number;
}

/**
 * @param change gives the content instead; `undefined` leaves it as it is
 * @param after changes the document that is made of it
 */
export function changedStatus(
  change: (content: StatusContent) => Partial<StatusContent> | undefined,
  after: (document: { codes: string[]; previous: string }) => object = (document) => document,
): Fault['replaces'] {
  return {
    'reference/core/status.ts': {
      writeStatus:
        (original: (content: StatusContent) => { codes: string[]; previous: string }, tools: Tools) =>
        (content: StatusContent) => {
          const changed = change(content);
          if (!changed) return original(content);
          tools.fired();
          return after(original({ ...content, ...changed }));
        },
    },
  };
}
