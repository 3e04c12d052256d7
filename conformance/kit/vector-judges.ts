/** What each type of vector group is run through: an input to the values expected, or a Refusal with the code. */
import { canonicalOctets, sha256, tagged } from '../oracle/digest.ts';
import { readDocument } from '../oracle/json.ts';
import { opReturnIndex, pushedData, readPayload } from '../oracle/payload.ts';
import { deterministicSignature, pointOf, refuseSignature } from '../oracle/signature.ts';
import { decodeTxref, encodeTxref, type Network, type Txref } from '../oracle/txref.ts';

const octets = (hex: string): Buffer => Buffer.from(hex, 'hex');

export const JUDGES: Readonly<Record<string, (input: never) => unknown>> = {
  'canonical-json': (input: { octets: string }) => {
    const canonical = canonicalOctets(readDocument(octets(input.octets)));
    return { canonical: canonical.toString('hex'), digest: sha256(canonical).toString('hex') };
  },

  'document-signature-sign': (input: { type: string; digest: string; private_key: string }) => {
    const tag = `MDT/1/${input.type}`;
    const key = octets(input.private_key);
    return {
      public_key: pointOf(key).toString('hex'),
      hash: sha256(tagged(tag, octets(input.digest))).toString('hex'),
      signature: deterministicSignature(tag, octets(input.digest), key).toString('hex'),
    };
  },

  'document-signature-verify': (input: { type: string; digest: string; signature: string; public_key: string }) => {
    refuseSignature(`MDT/1/${input.type}`, octets(input.digest), octets(input.signature), octets(input.public_key));
    return {};
  },

  'op-return-outputs': (input: { scripts: string[] }) => ({ vout: opReturnIndex(input.scripts.map(octets)) }),

  'op-return-script': (input: { script: string }) => ({ payload: pushedData(octets(input.script)).toString('hex') }),

  'payload-decode': (input: { payload: string }) => readPayload(octets(input.payload)) ?? { kind: 'EXPERIMENTAL' },

  'txref-decode': (input: { network: Network; txref: string }) => {
    const { network: _, ...place } = decodeTxref(input.txref, input.network);
    return place;
  },

  'txref-encode': (input: Txref) => ({ txref: encodeTxref(input) }),
};
