/** A fault in one method of a class of the reference: everything else of it is as it is. */
import type { Fault, Tools } from '../fault.ts';

type Method = (...parameters: never[]) => unknown;

/** @param change gives the method that stands in the place of `original`, which is bound to its object */
export function changedMethod(
  module: string,
  className: string,
  method: string,
  change: (original: (...parameters: unknown[]) => unknown, tools: Tools) => Method,
): Fault['replaces'] {
  return {
    [module]: {
      [className]: (original: { prototype: Record<string, (...parameters: unknown[]) => unknown> }, tools: Tools) => {
        const before = original.prototype[method];
        if (!before) throw new Error(`${className} has no method ${method}`);
        original.prototype[method] = function (this: unknown, ...parameters: unknown[]) {
          const bound = (...given: unknown[]): unknown => before.apply(this, given);
          return (change(bound, tools) as (...given: unknown[]) => unknown).apply(this, parameters);
        };
        return original;
      },
    },
  };
}
