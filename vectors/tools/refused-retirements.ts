/** Refusals of hosted-successor.json that the retirement gives (MDT-RET-101, MDT-DOC-112 to -114). */
import type { HostedRecord } from '../../reference/gen/schemas.ts';
import { ANCHOR_KEYS } from './example-record.ts';
import { forgedRetirement } from './forged-successions.ts';
import { hostedAt, RETIRED, retirementOf, SUCCEEDED, txidOf } from './hosted-stages.ts';
import { digestOf, keyOf } from './keys.ts';
import { RECORDED } from './recorded-proofs.ts';
import type { GroupBuilder } from './vector-builder.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const [, NEXT_KEY, THIRD_KEY, LAST_KEY] = ANCHOR_KEYS;
const { document: DOCUMENT } = RECORDED.retirement;

export function refusedRetirements(group: GroupBuilder): void {
  group.valid(
    {
      comment: 'a first record and a RETIRE',
      flags: ['Retirement'],
      requirements: ['MDT-RET-101', 'MDT-LIN-109'],
      input: { hosted: forgedRetirement(DOCUMENT) },
    },
    expectedOf(forgedRetirement(DOCUMENT)),
  );
  const refuse = (code: string, requirement: string, comment: string, hosted: object): void =>
    group.invalid({ comment, flags: ['Retirement'], requirements: [requirement], input: { hosted } }, code);
  const other = { ...DOCUMENT, entity_id: digestOf('another entity').toString('hex') };
  refuse('MDT_RETIREMENT', 'MDT-RET-101', 'the retirement of another entity', forgedRetirement(other));
  refuse('MDT_RETIREMENT', 'MDT-RET-101', 'a retirement without a RETIRE', {
    ...hostedAt(SUCCEEDED),
    retirement: retirementOf(DOCUMENT, NEXT_KEY),
  });
  const altered = { ...DOCUMENT, reason: 'Another reason' };
  refuse('MDT_DIGEST', 'MDT-DOC-112', 'another retirement than the one anchored', {
    ...RETIRED,
    retirement: retirementOf(altered, LAST_KEY),
  });
  const stated = (change: object): HostedRecord => ({
    ...RETIRED,
    retirement: { ...retirementOf(DOCUMENT, LAST_KEY), ...change },
  });
  refuse('MDT_DIGEST', 'MDT-DOC-112', 'another sha256', stated({ sha256: digestOf('another').toString('hex') }));
  const signed = (comment: string, key: Uint8Array, type?: string): void =>
    refuse('MDT_SIGNATURE', 'MDT-DOC-113', comment, stated({ signature: retirementOf(DOCUMENT, key, type).signature }));
  signed('signed by the key before', THIRD_KEY);
  signed('signed by keys.status', keyOf('status'));
  signed('signed under the tag of a Birth Record', LAST_KEY, 'milagro-birth-record');
  const { signature } = retirementOf(DOCUMENT, LAST_KEY);
  const s = (ORDER - BigInt(`0x${signature.slice(64)}`)).toString(16).padStart(64, '0');
  refuse('MDT_SIGNATURE_HIGH_S', 'MDT-DOC-114', 'with a high s', stated({ signature: signature.slice(0, 64) + s }));
  refuse('MDT_UNKNOWN_MEMBER', 'MDT-DOC-110', 'a member that a retirement does not have', {
    ...RETIRED,
    retirement: retirementOf({ ...DOCUMENT, ...{ seq: 1 } }, LAST_KEY),
  });
  const { reason: _, ...mute } = DOCUMENT;
  refuse('MDT_SCHEMA', 'MDT-DOC-111', 'a retirement without a reason', {
    ...RETIRED,
    retirement: retirementOf(mute as typeof DOCUMENT, LAST_KEY),
  });
}

function expectedOf({ sha256, lineage }: HostedRecord): Record<string, unknown> {
  return { digest: sha256, tip: txidOf(lineage.transactions.at(-1) ?? ''), links: lineage.transactions.length };
}
