import type { Fault, Tools } from './fault.ts';

interface Anchor {
  readonly kind: number;
  readonly height: number;
  readonly txid: Buffer;
  readonly birth?: Buffer;
  readonly entity?: Buffer;
}

interface Store {
  addAnchor(anchor: Anchor): void;
  addContinuation(txid: Buffer, lineage: { birth: Buffer; entity: Buffer }, height: number): void;
}

const RETIRE = 0x05;

const fault: Fault = {
  id: 'beyond-its-end',
  requirement: 'MDT-RLY-008',
  role: 'relay',
  breaks: 'a lineage goes on after its RETIRE',
  also: [
    { requirement: 'MDT-RLY-009', reason: 'a BIRTH is named for what is no member' },
    { requirement: 'MDT-RLY-011', reason: 'the lineage is proven with it' },
  ],
  replaces: {
    'reference/relay/anchor-store.ts': {
      AnchorStore: (original: new (path: string) => Store, tools: Tools) =>
        class extends original {
          override addAnchor(anchor: Anchor): void {
            super.addAnchor(anchor);
            const { kind, birth, entity, txid, height } = anchor;
            if (kind !== RETIRE || !birth || !entity) return;
            tools.fired();
            this.addContinuation(txid, { birth, entity }, height);
          }
        },
    },
  },
};

export default fault;
