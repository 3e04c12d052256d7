import { createECDH, createHash } from 'node:crypto';
import type { Fault, Tools } from './fault.ts';

interface Secrets {
  readonly anchor: string;
}

interface Plan {
  readonly continuationKey: Uint8Array;
}

/** A key that the record does not name. */
function other(secret: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update('another key').update(secret).digest());
}

function publicKeyOf(secret: Uint8Array): Uint8Array {
  const curve = createECDH('secp256k1');
  curve.setPrivateKey(secret);
  return new Uint8Array(curve.getPublicKey(null, 'compressed') as Buffer);
}

const fault: Fault = {
  id: 'foreign-input-zero',
  requirement: 'MDT-LIN-005',
  breaks: 'the coin is of another key than keys.anchor, and so input 0 is signed by that one',
  also: [
    {
      requirement: 'MDT-LIN-015',
      reason: 'that key cannot spend the continuation, so no SUCCESSOR is ever handed over',
    },
    { requirement: 'MDT-KEY-006', reason: 'too few anchors are signed to compare their nonces' },
  ],
  replaces: {
    'reference/entity/secrets.ts': {
      anchorPublicKey: () => (secrets: Secrets) => publicKeyOf(other(Buffer.from(secrets.anchor, 'hex'))),
    },
    'reference/chain/anchor-builder.ts': {
      signAnchor:
        (original: (plan: Plan, secret: Uint8Array) => object, tools: Tools) => (plan: Plan, secret: Uint8Array) => {
          tools.fired();
          return original({ ...plan, continuationKey: publicKeyOf(secret) }, other(secret));
        },
    },
  },
};

export default fault;
