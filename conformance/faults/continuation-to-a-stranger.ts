import type { Fault, Tools } from './fault.ts';

/** The generator of secp256k1, compressed: the public key of 1. */
const STRANGER = Uint8Array.from(
  Buffer.from('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', 'hex'),
);

const fault: Fault = {
  id: 'continuation-to-a-stranger',
  requirement: 'MDT-LIN-004',
  breaks: 'the continuation pays to another key',
  replaces: {
    'reference/chain/anchor-builder.ts': {
      signAnchor:
        (original: (plan: object, secret: Uint8Array) => object, tools: Tools) =>
        (plan: object, secret: Uint8Array) => {
          tools.fired();
          return original({ ...plan, continuationKey: STRANGER }, secret);
        },
    },
  },
};

export default fault;
