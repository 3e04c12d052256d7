import type { Fault, Tools } from './fault.ts';

interface Stage {
  readonly at: string;
  readonly inForce: { readonly links: readonly { readonly version: { transaction: string; txid: string } }[] };
}

interface Parts {
  readonly olderKey: boolean;
  readonly node: { broadcast(transaction: string): Promise<void> };
  readonly state: { readonly secrets: { readonly anchor: string } };
}

interface Ceremony {
  advance(): Promise<Stage>;
}

interface Bitcoinjs {
  readonly Transaction: { fromHex(hex: string): { outs: { script: Uint8Array; value: bigint }[] } };
}

interface AnchorBuilder {
  signAnchor(plan: object, secret: Uint8Array): { transaction: string };
}

interface Secp {
  readonly secp256k1: { getPublicKey(secret: Uint8Array, compressed: boolean): Uint8Array };
}

/** Spends the continuation of the BIRTH with the payload of the BIRTH. */
async function bearAgain({ node, state }: Parts, { inForce }: Stage, tools: Tools): Promise<void> {
  const birth = inForce.links[0]?.version ?? { transaction: '', txid: '' };
  const { signAnchor } = await tools.module<AnchorBuilder>('reference/chain/anchor-builder.ts');
  const { Transaction } = (await import('bitcoinjs-lib')) as unknown as Bitcoinjs;
  const { secp256k1 } = (await import('@noble/curves/secp256k1.js')) as Secp;
  const [payload, continuation] = Transaction.fromHex(birth.transaction).outs;
  const secret = new Uint8Array(Buffer.from(state.secrets.anchor, 'hex'));
  const plan = {
    coins: [{ txid: birth.txid, vout: 1, value: Number(continuation?.value) }],
    payload: payload?.script.slice(3), // OP_RETURN, OP_PUSHDATA1 or a length, and the data
    continuationKey: secp256k1.getPublicKey(secret, true),
    feeSatVb: 2,
  };
  if (payload?.script[1] !== 0x4c) plan.payload = payload?.script.slice(2);
  await node.broadcast(signAnchor(plan, secret).transaction);
}

const fault: Fault = {
  id: 'second-birth',
  requirement: 'MDT-LIN-009',
  breaks: 'after a restart the BIRTH is anchored once more',
  replaces: {
    'reference/entity/ceremony.ts': {
      Ceremony: (original: new (parts: Parts) => Ceremony, tools: Tools) =>
        class extends original {
          readonly #parts: Parts;
          #again = false;

          constructor(parts: Parts) {
            super(parts);
            this.#parts = parts;
          }

          override async advance(): Promise<Stage> {
            const stage = await super.advance();
            if (stage.at === 'born' && this.#parts.olderKey && !this.#again) {
              this.#again = true;
              tools.fired();
              await bearAgain(this.#parts, stage, tools).catch(() => undefined); // spent already: by the life before
            }
            return stage;
          }
        },
    },
  },
};

export default fault;
