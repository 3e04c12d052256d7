/** The worked examples of chapters 6 and 7: the first SUCCESSOR and the RETIRE of the recorded chain, and a verdict. */
import { readTransaction } from '../../conformance/oracle/transaction.ts';
import { pushedData } from '../../conformance/oracle/payload.ts';
import { refuseSignature } from '../../conformance/oracle/signature.ts';
import type { Verdict, VerdictStep } from '../../reference/gen/schemas.ts';
import { ANCHOR_KEYS, digestOfRecord } from '../../vectors/tools/example-record.ts';
import { publicKey, sha256, signDigest, tagged } from '../../vectors/tools/keys.ts';
import { blockHash, chainworkAt, headerAt, medianTimePast, rfc3339 } from '../../vectors/tools/recorded-headers.ts';
import { locatorOf, RECORD, RECORDED, RECORDS } from '../../vectors/tools/recorded-proofs.ts';

const [, SUCCESSOR] = RECORDS;
if (!SUCCESSOR) throw new Error('the recorded chain has no SUCCESSOR');
const [FIRST_KEY, NEXT_KEY, , LAST_KEY] = ANCHOR_KEYS;
const SUCCESSOR_ANCHOR = RECORDED.successors[0]?.anchor.transaction ?? '';
const { document: RETIREMENT, anchor: RETIRE } = RECORDED.retirement;

/** The chain of chapter 7's reader ends here: the BIRTH has 10 confirmations. */
const TIP = 140;

export const SUCCESSOR_DIGEST: Buffer = digestOfRecord(SUCCESSOR);
const RETIREMENT_DIGEST = digestOfRecord(RETIREMENT);

/** What the successor record has other than the record before it. */
const CHANGED = Object.fromEntries(
  Object.entries(SUCCESSOR).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(RECORD[name as keyof typeof RECORD]),
  ),
);

const signature = (digest: Buffer, key: Uint8Array, type = 'milagro-birth-record'): Buffer =>
  signDigest(type, digest, key);

interface HexExample {
  octets: Buffer;
  judge?(): void;
}

const verified = (type: string, digest: Buffer, key: Uint8Array): HexExample => ({
  octets: signature(digest, key, type),
  judge: () => refuseSignature(`MDT/1/${type}`, digest, signature(digest, key, type), publicKey(key)),
});

/** Examples that are octets. */
export const LIFE_OCTETS: Readonly<Record<string, HexExample>> = {
  'successor-digest': { octets: SUCCESSOR_DIGEST },
  'successor-signed-hash': { octets: sha256(tagged('MDT/1/milagro-birth-record', SUCCESSOR_DIGEST)) },
  'successor-signature': verified('milagro-birth-record', SUCCESSOR_DIGEST, NEXT_KEY),
  'successor-previous-signature': verified('milagro-birth-record', SUCCESSOR_DIGEST, FIRST_KEY),
  'payload-successor': { octets: payloadOf(SUCCESSOR_ANCHOR) },
  'transaction-successor': { octets: Buffer.from(SUCCESSOR_ANCHOR, 'hex') },
  'retirement-digest': { octets: RETIREMENT_DIGEST },
  'retirement-signature': verified('milagro-retire', RETIREMENT_DIGEST, LAST_KEY),
  'payload-retire': { octets: payloadOf(RETIRE.transaction) },
  'transaction-retire': { octets: Buffer.from(RETIRE.transaction, 'hex') },
};

/** Examples that are JSON, with the schema of those that are whole. */
export const LIFE_JSON: Readonly<Record<string, { value: unknown; schema?: string }>> = {
  'successor-changes': { value: CHANGED },
  retirement: { value: RETIREMENT, schema: 'retirement' },
  verdict: { value: verdict(), schema: 'verdict' },
};

function payloadOf(transaction: string): Buffer {
  const [output] = readTransaction(Buffer.from(transaction, 'hex'), '').outputs;
  return pushedData(output?.script ?? Buffer.alloc(0));
}

function verdict(): Verdict {
  const digest = digestOfRecord(RECORD).toString('hex');
  const locator = locatorOf(RECORDED.birth);
  const confirmations = TIP - locator.height + 1;
  const tip = { height: TIP, hash: blockHash(headerAt(TIP)) };
  const step = (name: VerdictStep['step'], requirements: string[], evidence: Record<string, unknown>): VerdictStep => ({
    step: name,
    outcome: 'ok',
    requirements,
    evidence,
  });
  return {
    verdict: 'VERIFIED',
    entity_id: digest,
    digest,
    role: RECORD.role,
    existed_after: rfc3339(medianTimePast(RECORD.freshness.height)),
    existed_before: rfc3339(medianTimePast(locator.height + 6)),
    confirmations,
    headers: {
      sources: ['http://127.0.0.1:18443', 'http://127.0.0.1:28443'],
      from: RECORD.chain.checkpoint,
      tip,
      work: chainworkAt(TIP),
    },
    steps: [
      step('fetch', ['MDT-HST-101', 'MDT-VER-108'], { url: RECORD.services.birth_record }),
      step('read', ['MDT-DOC-111'], {}),
      step('record', ['MDT-DOC-115', 'MDT-REC-102', 'MDT-REC-103'], { records: 1 }),
      step('digest', ['MDT-DOC-112'], { digest }),
      step('signature', ['MDT-DOC-113', 'MDT-DOC-114'], { anchor_key: RECORD.keys.anchor }),
      step('pin', ['MDT-VER-101', 'MDT-VER-109'], { entity_id: digest, pinned: true }),
      step('headers', ['MDT-CHN-104', 'MDT-CHN-108'], { tip }),
      step('anchor', ['MDT-PRF-104', 'MDT-CHN-109'], {
        txid: locator.txid,
        height: locator.height,
        block_hash: locator.block_hash,
      }),
      step('depth', ['MDT-CHN-110'], { confirmations, required: RECORD.policy.confirmations }),
      step('time', ['MDT-VER-106', 'MDT-VER-107'], { freshness: RECORD.freshness }),
      step('lineage', ['MDT-LIN-105', 'MDT-LIN-106'], { links: 2, tip: RECORDED.status.txid }),
      { step: 'successors', outcome: 'skipped', requirements: [], evidence: {} },
      { step: 'retirement', outcome: 'skipped', requirements: [], evidence: {} },
    ],
    checked_at: rfc3339(medianTimePast(TIP) + 3_600),
  };
}
