/** A fault of a client that holds what its relay shows of its own signature against its headers, and does not mind one code. */
import type { Fault, Tools } from '../fault.ts';

type Hold = (...given: unknown[]) => object;

export function shrugsAt(code: string): Fault['replaces'] {
  return {
    'reference/pat/relay-registrations.ts': {
      heldAgainst:
        (original: Hold, tools: Tools) =>
        (...given: unknown[]) => {
          try {
            return original(...given);
          } catch (error) {
            if ((error as { code?: string }).code !== code) throw error;
            tools.fired();
            return {};
          }
        },
    },
  };
}
