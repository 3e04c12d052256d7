/** A fault in what is written and signed of a successor, or of the end. */
import type { Fault, Tools } from '../fault.ts';

export interface Circumstances {
  readonly lineage: { readonly txid: string; readonly vout: number };
  readonly succeeds?: { readonly entity_id: string; readonly previous: string };
}

/** `change` alters what a successor's record is built of; a first record is left as it is. */
export function rewriteSuccessor(change: (circumstances: Circumstances) => Circumstances): Fault['replaces'] {
  return {
    'reference/core/birth-record.ts': {
      buildRecord:
        (original: (identity: object, circumstances: Circumstances) => object, tools: Tools) =>
        (identity: object, circumstances: Circumstances) => {
          if (!circumstances.succeeds) return original(identity, circumstances);
          tools.fired();
          return original(identity, change(circumstances));
        },
    },
  };
}

export interface Payload {
  readonly kind: string;
  readonly digest: Uint8Array;
  readonly entityId?: Uint8Array;
}

/** `change` alters the payload of every anchor of `kinds`. */
export function rewritePayload(kinds: readonly string[], change: (payload: Payload) => Payload): Fault['replaces'] {
  return {
    'reference/core/payload.ts': {
      encodePayload: (original: (payload: Payload) => Uint8Array, tools: Tools) => (payload: Payload) => {
        if (!kinds.includes(payload.kind)) return original(payload);
        tools.fired();
        return original(change(payload));
      },
    },
  };
}

interface Secrets {
  readonly anchor: string;
  readonly status: string;
}

/** `change` alters the keys that a successor goes on with, once they are drawn. */
export function rewriteSucceedingSecrets(change: (secrets: Secrets) => object): Fault['replaces'] {
  return {
    'reference/entity/secrets.ts': {
      succeedingSecrets:
        (original: (entropy: object, secrets: object) => Secrets, tools: Tools) =>
        (entropy: object, secrets: object) => {
          tools.fired();
          return change(original(entropy, secrets));
        },
    },
  };
}
