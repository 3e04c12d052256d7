/** A fault in the form of an anchor transaction: bitcoinjs-lib builds it, so its builder is what is replaced. */
import type { Fault, Tools } from '../fault.ts';

export interface Builder {
  addInput(input: { sequence?: number }): unknown;
  addOutputs(outputs: { script: Uint8Array; value: bigint }[]): unknown;
  setLocktime(locktime: number): unknown;
}

type Sign = (plan: object, secret: Uint8Array) => object;

/** Replaces methods of the builder, each given the one it stands in for. */
export function rewriteTransaction(
  overrides: Partial<{
    [M in keyof Builder]: (original: Builder[M], tools: Tools) => (this: Builder, argument: never) => unknown;
  }>,
): Fault['replaces'] {
  let loaded = false;
  return {
    'reference/chain/anchor-builder.ts': {
      signAnchor: (original: Sign, tools: Tools) => {
        void import('bitcoinjs-lib').then(({ Psbt }) => {
          const builder = Psbt.prototype as unknown as Record<string, unknown>;
          for (const [name, override] of Object.entries(overrides)) {
            builder[name] = (override as (original: unknown, tools: Tools) => unknown)(builder[name], tools);
          }
          loaded = true;
        });
        return (plan: object, secret: Uint8Array) => {
          if (!loaded) throw new Error('the builder is not replaced yet');
          return original(plan, secret);
        };
      },
    },
  };
}
