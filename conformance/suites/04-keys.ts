/** Chapter 4.2, Where secrets come from: what can be seen of nonces, over all signatures of a target's keys. */
import { check, type Suite } from '../kit/check.ts';
import { equal, Untestable } from '../kit/expect.ts';
import type { SuccessionSeen } from '../world/scenes/succession.ts';
import { anchorsOf } from './anchor-view.ts';
import { recordsOf } from './lineage-view.ts';
import { witnessOf } from './witness-view.ts';

/** A signature that was seen: whose, where, and over what. */
interface Seen {
  /** Public key, hexadecimal. */
  key: string;
  r: string;
  /** Names the octets that are signed. */
  over: string;
}

/** A BIRTH and a SUCCESSOR are signed by one key, beside the documents that they anchor. */
const LEAST = 4;

export const keys: Suite = {
  chapter: '04-keys-and-entropy',
  checks: [
    check(
      'MDT-KEY-006',
      'nonces',
      'no key signs twice with one nonce, in documents and transactions',
      {
        quote: 'over different octets MUST NOT have the same `r`',
        scenes: ['succession'],
        feature: 'successor',
        negative: true,
      },
      ({ seen, evidence }) => {
        const signatures = [...inDocuments(seen.succession), ...inTransactions(seen.succession)];
        evidence('signatures looked at', signatures.length);
        if (signatures.length < LEAST) throw new Untestable(`only ${String(signatures.length)} signatures were seen`);
        const first = new Map<string, Seen>();
        const repeated = signatures.filter((each) => {
          const earlier = first.get(each.key + each.r);
          if (!earlier) first.set(each.key + each.r, each);
          return earlier !== undefined && earlier.over !== each.over;
        });
        equal(repeated, [], 'the signatures whose r was there before');
      },
    ),
  ],
};

/** Signatures of the records: each by its own key, and a successor's by the key before. */
function inDocuments({ before, after, second }: SuccessionSeen): Seen[] {
  return [before, after, second].flatMap((shown) => {
    if (!shown) return [];
    const records = recordsOf(shown.record, 'the record');
    return records.flatMap(({ record, digest, signature, previousSignature }, index) => {
      const over = `document ${digest.toString('hex')}`;
      return [
        { key: record.keys?.anchor, signature },
        { key: records[index - 1]?.record.keys?.anchor, signature: previousSignature },
      ].flatMap(({ key, signature: octets }) =>
        typeof key === 'string' && typeof octets === 'string' ? [{ key, r: octets.slice(0, 64), over }] : [],
      );
    });
  });
}

function inTransactions({ descendants }: SuccessionSeen): Seen[] {
  return anchorsOf(descendants).flatMap(({ txid, vin }) =>
    vin.flatMap(({ txinwitness }, index) => {
      const key = txinwitness?.[1];
      return key === undefined ? [] : [{ key, r: witnessOf(txinwitness).r, over: `input ${String(index)} of ${txid}` }];
    }),
  );
}
