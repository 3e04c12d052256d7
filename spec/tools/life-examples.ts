/** The worked examples of chapters 6 and 7: the first SUCCESSOR and the RETIRE of the recorded chain, and a verdict. */
import assert from 'node:assert/strict';
import { readTransaction } from '../../conformance/oracle/transaction.ts';
import { pushedData } from '../../conformance/oracle/payload.ts';
import { refuseSignature } from '../../conformance/oracle/signature.ts';
import { judgeEntity } from '../../conformance/oracle/verdict.ts';
import { hostedAt } from '../../vectors/tools/hosted-stages.ts';
import { PARAMETERS as REGTEST_PARAMETERS } from '../../vectors/tools/verdict-questions.ts';
import type { Verdict, VerdictStep } from '../../reference/gen/schemas.ts';
import { ANCHOR_KEYS, digestOfRecord } from '../../vectors/tools/example-record.ts';
import { publicKey, sha256, signDigest, tagged } from '../../vectors/tools/keys.ts';
import {
  blockHash,
  chainworkAt,
  headerAt,
  headersBetween,
  medianTimePast,
  rfc3339,
} from '../../vectors/tools/recorded-headers.ts';
import { locatorOf, RECORD, RECORDED, RECORDS } from '../../vectors/tools/recorded-proofs.ts';

const [, SUCCESSOR] = RECORDS;
if (!SUCCESSOR) throw new Error('the recorded chain has no SUCCESSOR');
const [FIRST_KEY, NEXT_KEY, , LAST_KEY] = ANCHOR_KEYS;
const SUCCESSOR_ANCHOR = RECORDED.successors[0]?.anchor.transaction ?? '';
const { document: RETIREMENT, anchor: RETIRE } = RECORDED.retirement;

/** The chain of chapter 7's reader ends here: the BIRTH has 10 confirmations. */
const TIP = 140;
const SOURCES = ['http://127.0.0.1:18443', 'http://127.0.0.1:28443'];
const GAVE = SOURCES.map((name) => ({
  name,
  tip: { height: TIP, hash: blockHash(headerAt(TIP)) },
  work: chainworkAt(TIP),
  best: true,
}));
const HOSTED = hostedAt({ records: 1, links: 2, proven: [0, 1] });
const OCTETS = Buffer.byteLength(JSON.stringify(HOSTED));

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

interface JsonExample {
  value: unknown;
  schema?: string;
  judge?(): Promise<void>;
}

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
export const LIFE_JSON: Readonly<Record<string, JsonExample>> = {
  'successor-changes': { value: CHANGED },
  retirement: { value: RETIREMENT, schema: 'retirement' },
  verdict: { value: verdict(), schema: 'verdict', judge: judgeVerdict },
};

/** The oracle comes to the same verdict from the hosted record of chapter 3. */
async function judgeVerdict(): Promise<void> {
  const checkpoint = {
    ...RECORD.chain.checkpoint,
    header: headerAt(0),
    chainwork: chainworkAt(0),
    previous_times: [],
  };
  const { steps: _, checked_at: __, ...expected } = verdict();
  const { remembers: ___, ...given } = await judgeEntity(
    {
      url: RECORD.services.birth_record,
      pins: [digestOfRecord(RECORD).toString('hex')],
      known: [],
      parameters: REGTEST_PARAMETERS,
      checkpoint,
      sources: SOURCES.map((name) => ({ name, headers: headersBetween(1, TIP) })),
      confirmations: 6,
      now: medianTimePast(TIP) + 3_600,
    },
    () => HOSTED,
  );
  assert.deepEqual(given, expected);
}

function payloadOf(transaction: string): Buffer {
  const [output] = readTransaction(Buffer.from(transaction, 'hex'), '').outputs;
  return pushedData(output?.script ?? Buffer.alloc(0));
}

function verdict(): Verdict {
  const digest = digestOfRecord(RECORD).toString('hex');
  const locator = locatorOf(RECORDED.birth);
  const confirmations = TIP - locator.height + 1;
  const tip = { height: TIP, hash: blockHash(headerAt(TIP)) };
  const status = locatorOf(RECORDED.status);
  const bracket = {
    existed_after: rfc3339(medianTimePast(RECORD.freshness.height)),
    existed_before: rfc3339(medianTimePast(locator.height + 6)),
  };
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
    ...bracket,
    confirmations,
    headers: {
      sources: GAVE,
      from: RECORD.chain.checkpoint,
      tip,
      work: chainworkAt(TIP),
    },
    steps: [
      step('fetch', ['MDT-HST-101', 'MDT-VER-108'], { url: RECORD.services.birth_record, octets: OCTETS }),
      step('read', ['MDT-DOC-111'], { links: 2, proofs: 2, predecessors: 0 }),
      step('record', ['MDT-DOC-115', 'MDT-REC-102', 'MDT-REC-103'], {
        role: RECORD.role,
        name: RECORD.name,
        issuer: RECORD.issuer,
        genesis: RECORD.chain.genesis,
      }),
      step('digest', ['MDT-DOC-112'], { sha256: digest }),
      step('signature', ['MDT-DOC-113', 'MDT-DOC-114'], { keys: [RECORD.keys.anchor] }),
      step('pin', ['MDT-VER-101', 'MDT-VER-109'], { entity_id: digest, pinned: true }),
      step('headers', ['MDT-CHN-104', 'MDT-CHN-108'], { sources: GAVE, tip }),
      step('anchor', ['MDT-PRF-104', 'MDT-CHN-109'], {
        txid: locator.txid,
        height: locator.height,
        block_hash: locator.block_hash,
      }),
      step('depth', ['MDT-CHN-110'], { confirmations, required: RECORD.policy.confirmations }),
      step('time', ['MDT-VER-106', 'MDT-VER-107'], { freshness: RECORD.freshness, ...bracket }),
      step('lineage', ['MDT-LIN-105', 'MDT-LIN-106'], {
        links: 2,
        tip: RECORDED.status.txid,
        newest_proven: { link: 1, height: status.height, confirmations: TIP - status.height + 1 },
      }),
      { step: 'successors', outcome: 'skipped', requirements: [], evidence: {} },
      { step: 'retirement', outcome: 'skipped', requirements: [], evidence: {} },
    ],
    checked_at: rfc3339(medianTimePast(TIP) + 3_600),
  };
}
