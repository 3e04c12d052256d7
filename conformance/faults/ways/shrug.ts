/** Faults of a client that does not mind one code: of what its relay shows of its own signature, or of another part. */
import type { Fault, Tools } from '../fault.ts';

type Judge = (...given: unknown[]) => unknown;

/** What a function of the client refuses with a code it lets pass. */
export function passes(module: string, name: string, code: string): Fault['replaces'] {
  return {
    [module]: {
      [name]:
        (original: Judge, tools: Tools) =>
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

export function shrugsAt(code: string): Fault['replaces'] {
  return passes('reference/pat/relay-registrations.ts', 'heldAgainst', code);
}
