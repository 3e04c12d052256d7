/** A fault that anchors once more upon an anchor of the lineage, by a STATUS of nothing, where it should not. */
import type { Fault, Tools } from '../fault.ts';

export interface Version {
  readonly transaction: string;
  readonly txid: string;
  readonly document: number;
}

export interface State {
  readonly versions: readonly Version[];
  readonly documents: readonly { readonly kind: string }[];
  secretKey(generation: number): Uint8Array;
}

interface Parts {
  readonly node: { broadcast(transaction: string): Promise<void> };
  readonly state: State;
}

interface Ceremony {
  advance(best?: string): Promise<object>;
}

interface Signing {
  signAnchor(plan: object, secret: Uint8Array): { transaction: string };
}

interface Payloads {
  encodePayload(payload: object): Uint8Array;
}

interface Transactions {
  parseTransaction(octets: Uint8Array, field: string): { outs: { value: bigint }[] };
}

interface Secp {
  readonly secp256k1: { getPublicKey(secret: Uint8Array, compressed: boolean): Uint8Array };
}

/** Once there is a version of an anchor of `kind`, its continuation is spent at once, with the key of `generation`. */
export function anchorOnceMore(kind: string, generation: number): Fault['replaces'] {
  return {
    'reference/entity/ceremony.ts': {
      Ceremony: (original: new (parts: Parts) => Ceremony, tools: Tools) =>
        class extends original {
          readonly #parts: Parts;
          #done = false;

          constructor(parts: Parts) {
            super(parts);
            this.#parts = parts;
          }

          override async advance(best?: string): Promise<object> {
            const stage = await super.advance(best);
            const { state, node } = this.#parts;
            const version = state.versions.findLast(({ document }) => state.documents[document]?.kind === kind);
            if (!version || this.#done) return stage;
            this.#done = true;
            const child = await spend(version, state.secretKey(generation), tools);
            await node.broadcast(child).then(
              () => tools.fired(),
              () => undefined, // a later life: it is spent already
            );
            return stage;
          }
        },
    },
  };
}

async function spend({ transaction, txid }: Version, secret: Uint8Array, tools: Tools): Promise<string> {
  const { signAnchor } = await tools.module<Signing>('reference/chain/anchor-builder.ts');
  const { encodePayload } = await tools.module<Payloads>('reference/core/payload.ts');
  const { parseTransaction } = await tools.module<Transactions>('reference/core/transaction.ts');
  const { secp256k1 } = (await import('@noble/curves/secp256k1.js')) as Secp;
  const nothing = new Uint8Array(32);
  const value = Number(parseTransaction(new Uint8Array(Buffer.from(transaction, 'hex')), '').outs[1]?.value);
  const plan = {
    coins: [{ txid, vout: 1, value }],
    payload: encodePayload({ kind: 'STATUS', digest: nothing, entityId: nothing }),
    continuationKey: secp256k1.getPublicKey(secret, true),
    feeSatVb: 2,
  };
  return signAnchor(plan, secret).transaction;
}
