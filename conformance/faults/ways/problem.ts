/** A fault in the code of a problem document, whose status stays. */
import type { Fault, Tools } from '../fault.ts';

type ToProblem = (error: unknown) => { readonly code: string };

export function rewriteCode(from: string, to: string): Fault['replaces'] {
  return {
    'reference/runtime/error-carrier.ts': {
      toProblem: (original: ToProblem, tools: Tools) => (error: unknown) => {
        const problem = original(error);
        if (problem.code !== from) return problem;
        tools.fired();
        return { ...problem, code: to };
      },
    },
  };
}
