/** Chapter 6, how an entity changes by a SUCCESSOR and ends by a RETIRE: the documents, against what is anchored. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, present, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { canonicalOctets, sha256 } from '../oracle/digest.ts';
import { hasLowS, verifies } from '../oracle/signature.ts';
import { REASON, type RetiredSeen } from '../world/scenes/retired.ts';
import type { SuccessionSeen } from '../world/scenes/succession.ts';
import { anchorsOf, birthPayload } from './anchor-view.ts';
import { hex } from './hosted-view.ts';
import { isThere, served } from './http-view.ts';
import { anchorOfKind, readAnchor, recordsOf, RETIRE, viewOf, type ShownRecord } from './lineage-view.ts';

const TAG = 'MDT/1/milagro-birth-record';
const COMPACT_OCTETS = 64;
const options = { scenes: ['succession'] as const, feature: 'successor' as const };

const successors: Suite['checks'] = [
  check(
    'MDT-REC-015',
    'names',
    'a successor names the entity and the record before it',
    { ...options, quote: 'as `entity_id` the digest of the first record, and as `previous` the digest of the record' },
    ({ seen }) => {
      for (const { first, before, record, place } of changesIn(seen.succession)) {
        equal(record.entity_id, first.digest.toString('hex'), 'entity_id', `${place}/entity_id`);
        equal(record.previous, before.digest.toString('hex'), 'previous', `${place}/previous`);
      }
    },
  ),
  check(
    'MDT-REC-016',
    'repeats',
    'a successor is of the same lineage, role and chain',
    { ...options, quote: 'MUST repeat `lineage`, `role` and `chain.genesis` of the first record' },
    ({ seen }) => {
      for (const { first, record, place } of changesIn(seen.succession)) {
        equal(record.lineage, first.record.lineage, 'lineage', `${place}/lineage`);
        equal(record.role, first.record.role, 'role', `${place}/role`);
        equal(record.chain?.genesis, first.record.chain?.genesis, 'chain.genesis', `${place}/chain/genesis`);
      }
    },
  ),
  check(
    'MDT-REC-017',
    'promised',
    'the key of a successor is the one that the record before has promised',
    { ...options, quote: 'the key whose SHA-256 the record before names in `keys.next_anchor_hash`' },
    ({ seen }) => {
      for (const { before, record, place } of changesIn(seen.succession)) {
        const key = hex(record.keys?.anchor, `${place}/keys/anchor`);
        const promised = before.record.keys?.next_anchor_hash;
        equal(sha256(key).toString('hex'), promised, 'SHA-256 of keys.anchor', `${place}/keys/anchor`);
      }
    },
  ),
  check(
    'MDT-REC-018',
    'previous-signature',
    'OpenSSL verifies the signature by the key before',
    { ...options, quote: 'made by `keys.anchor` of the record before over the octets that `signature` is over' },
    ({ seen }) => {
      for (const change of changesIn(seen.succession)) {
        const key = hex(change.before.record.keys?.anchor, `${change.before.place}/keys/anchor`);
        signed(
          change.previousSignature,
          change.digest,
          key,
          change.place.replace('birth_record', 'previous_signature'),
        );
      }
    },
  ),
  check(
    'MDT-REC-019',
    'predecessors',
    'every earlier record is shown as it was, with its signatures',
    { ...options, quote: 'MUST list every earlier record of the entity with its signatures, the first record first' },
    ({ seen }) => {
      const { before, after, second } = seen.succession;
      if (!after) throw new Untestable('no successor came into force');
      const shownBefore = recordsOf(before?.record, 'the first record');
      const shownAfter = recordsOf(after.record, 'the successor record');
      equal(shownAfter.slice(0, -1).map(printed), shownBefore.map(printed), 'the records before', '/predecessors');
      if (!second) throw new Untestable('no second successor came into force');
      const shownSecond = recordsOf(second.record, 'the second successor record');
      equal(shownSecond.slice(0, -1).map(printed), shownAfter.map(printed), 'the records before', '/predecessors');
    },
  ),
  check(
    'MDT-REC-020',
    'young',
    'with one confirmation of two the record before is shown',
    { ...options, quote: 'MUST NOT be hosted before its SUCCESSOR has the `policy.confirmations`', negative: true },
    ({ seen }) => {
      const { young, before, after } = seen.succession;
      if (!young) throw new Untestable('no SUCCESSOR was anchored');
      const [first] = recordsOf(before?.record, 'the first record');
      const shown = recordsOf(young.record, 'the record of a young SUCCESSOR').at(-1);
      equal(shown?.digest.toString('hex'), first?.digest.toString('hex'), 'the digest of the record shown', '/sha256');
      if (!after) throw new Untestable('the successor never came into force');
    },
  ),
];

const ends: Suite['checks'] = [
  check(
    'MDT-RET-001',
    'document',
    'the RETIRE anchors a valid document that names the entity',
    {
      quote: 'the digest of a document valid against `schemas/retirement.schema.json` that names the `entity_id`',
      scenes: ['retired'],
      feature: 'retire',
    },
    ({ seen, evidence }) => {
      const anchored = readAnchor(anchorOfKind(seen.retired, RETIRE, 'RETIRE'));
      if (viewOf(seen.retired.after?.record, 'the record after the RETIRE').envelope.retirement === undefined)
        throw new Untestable('retirement is not shown (MDT-RET-002)');
      const { document, digest } = retirementOf(seen.retired);
      evidence('retirement', document);
      const fault = schemaFault('retirement', document);
      holds(fault === undefined, 'the document is not valid', {
        expected: 'no fault',
        got: fault && `${fault.field} ${fault.message}`,
        field: '/retirement/retirement',
      });
      equal(digest.toString('hex'), anchored.digest, 'the digest in the RETIRE', '/retirement/retirement');
      const entity = birthPayload(seen.retired).digest;
      equal(document['entity_id'], entity, 'entity_id', '/retirement/retirement/entity_id');
      equal(document['reason'], REASON, 'reason, as the control line gives it', '/retirement/retirement/reason');
    },
  ),
  check(
    'MDT-RET-002',
    'hosted',
    'a target that has retired shows its record and its end, also in its next life',
    { quote: 'MUST go on hosting its record, with `retirement`', scenes: ['retired'], feature: 'retire' },
    ({ seen }) => {
      anchorOfKind(seen.retired, RETIRE, 'RETIRE');
      const { envelope, digest } = retirementOf(seen.retired);
      equal(envelope['sha256'], digest.toString('hex'), 'the digest of the document', '/retirement/sha256');
      if (seen.retired.lives.length < 2) throw new Untestable('the target did not live to be restarted');
      equal(served(seen.retired.later, 'the record of the next life').status, 200, 'the status in the next life');
      const later = viewOf(seen.retired.later, 'the record of the next life').envelope.retirement;
      equal(later, envelope, 'retirement in the next life', '/retirement');
    },
  ),
  check(
    'MDT-LIN-019',
    'nothing-after',
    'nothing is anchored after the RETIRE, whatever is asked for',
    { quote: 'MUST NOT anchor anything after its RETIRE', scenes: ['retired'], negative: true, feature: 'retire' },
    ({ seen }) => {
      const retire = anchorOfKind(seen.retired, RETIRE, 'RETIRE');
      const anchors = anchorsOf(seen.retired.descendants);
      const [, ...refused] = seen.retired.answers;
      equal(anchors.at(-1)?.txid, retire.txid, 'the last anchor');
      if (refused.length < 3) throw new Untestable('the target did not live to be asked again');
      for (const answer of refused) {
        const { ok, code } = present(answer, 'an answer', '{"id":…,"ok":false,"code":…}');
        equal({ ok, code }, { ok: false, code: 'MDT_RETIRED' }, 'the answer to a declaration after the end');
      }
    },
  ),
];

interface Change extends ShownRecord {
  first: ShownRecord;
  before: ShownRecord;
}

/** Every successor record that was shown, with the records before it. */
function changesIn({ after, second }: SuccessionSeen): Change[] {
  if (!after || !isThere(after.record)) throw new Untestable('no successor came into force');
  return [after, ...(second ? [second] : [])].flatMap(({ record }) => {
    const records = recordsOf(record, 'the successor record');
    const [first] = records;
    if (!first || records.length < 2) throw new Untestable('no predecessor is shown (MDT-REC-019)');
    return records.slice(1).map((shown, index) => Object.assign({ first, before: records[index] ?? first }, shown));
  });
}

function printed({ digest, signature, previousSignature }: ShownRecord): object {
  return { digest: digest.toString('hex'), signature, previousSignature };
}

function signed(value: unknown, digest: Buffer, key: Buffer, field: string): void {
  const octets = typeof value === 'string' && /^[0-9a-f]+$/.test(value) ? Buffer.from(value, 'hex') : Buffer.alloc(0);
  const good = octets.length === COMPACT_OCTETS && hasLowS(octets) && verifies(TAG, digest, octets, key);
  holds(good, 'the signature does not verify', {
    expected: 'a compact signature of low s over the tagged digest',
    got: value,
    field,
  });
}

function retirementOf({ after }: RetiredSeen): {
  envelope: Record<string, unknown>;
  document: Record<string, unknown>;
  digest: Buffer;
} {
  const { retirement } = viewOf(after?.record, 'the record after the RETIRE').envelope;
  holds(retirement !== null && typeof retirement === 'object', 'retirement is not shown', {
    expected: '{retirement, sha256, signature}',
    got: retirement,
    field: '/retirement',
  });
  const envelope = retirement as Record<string, unknown>;
  const document = envelope['retirement'];
  holds(document !== null && typeof document === 'object', 'the document is not shown', {
    expected: 'an object',
    got: document,
    field: '/retirement/retirement',
  });
  return { envelope, document: document as Record<string, unknown>, digest: sha256(canonicalOctets(document)) };
}

export const succession: Suite = { chapter: '06-life-of-a-lineage', checks: [...successors, ...ends] };
