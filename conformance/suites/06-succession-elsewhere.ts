/** What earlier chapters ask of every record and anchor, looked at in a target that has changed and in one that has ended. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { sha256, canonicalOctets, hash256 } from '../oracle/digest.ts';
import { displayed } from '../oracle/merkle.ts';
import { verifies } from '../oracle/signature.ts';
import type { Shown } from '../world/scenes/resources.ts';
import type { SuccessionSeen } from '../world/scenes/succession.ts';
import { anchorsOf, birthPayload } from './anchor-view.ts';
import { given, printedLineage, printedLocator, printedProof, sameMembers } from './grpc-view.ts';
import { bodyOf, hex, HostedView } from './hosted-view.ts';
import { anchorOfKind, readAnchor, recordsOf, RETIRE, SUCCESSOR, viewOf } from './lineage-view.ts';
import { p2wpkh } from './witness-view.ts';

const options = { scenes: ['succession'] as const, feature: 'successor' as const };

const documents: Suite['checks'] = [
  check(
    'MDT-DOC-011',
    'successor',
    'OpenSSL verifies the live signature of a successor by its own key',
    { ...options, quote: 'an ECDSA signature over secp256k1 of the 32 octets `Ht("MDT/1/" ‖ type, digest)`' },
    ({ seen }) => {
      const shown = recordsOf(inForce(seen.succession).record, 'the successor record').at(-1);
      const key = hex(shown?.record.keys?.anchor, '/birth_record/keys/anchor');
      const digest = shown?.digest ?? Buffer.alloc(0);
      holds(
        verifies('MDT/1/milagro-birth-record', digest, hex(shown?.signature, '/signature'), key),
        'the live signature does not verify',
        { expected: 'a signature by the new key', got: shown?.signature, field: '/signature' },
      );
    },
  ),
  check(
    'MDT-DOC-011',
    'retirement',
    'OpenSSL verifies the signature of a retirement under its own tag',
    {
      quote: 'an ECDSA signature over secp256k1 of the 32 octets `Ht("MDT/1/" ‖ type, digest)`',
      scenes: ['retired'],
      feature: 'retire',
    },
    ({ seen }) => {
      const hosted = viewOf(seen.retired.after?.record, 'the record after the RETIRE');
      const { retirement, signature } = hosted.envelope.retirement ?? {};
      if (!retirement) throw new Untestable('retirement is not shown (MDT-RET-002)');
      const digest = sha256(canonicalOctets(retirement));
      holds(
        verifies('MDT/1/milagro-retire', digest, hex(signature, '/retirement/signature'), hosted.key('anchor')),
        'the signature of the retirement does not verify',
        { expected: 'a signature under MDT/1/milagro-retire', got: signature, field: '/retirement/signature' },
      );
    },
  ),
];

const anchors: Suite['checks'] = [
  check(
    'MDT-ANC-007',
    'successor',
    'a SUCCESSOR names the new record and the entity',
    { ...options, quote: 'the digest of the document and the `entity_id`: 78 octets' },
    ({ seen }) => {
      const [, ...records] = recordsOf(inForce(seen.succession).record, 'the successor record');
      if (records.length === 0) throw new Untestable('no successor came into force');
      for (const [index, { digest }] of records.entries()) {
        const payload = readAnchor(anchorOfKind(seen.succession, SUCCESSOR, 'SUCCESSOR', index));
        equal(payload.entity_id, birthPayload(seen.succession).digest, 'entity_id', 'payload offset 46');
        equal(payload.digest, digest.toString('hex'), 'the digest', 'payload offset 14');
      }
    },
  ),
  check(
    'MDT-ANC-007',
    'retire',
    'a RETIRE names the entity',
    { quote: 'the digest of the document and the `entity_id`: 78 octets', scenes: ['retired'], feature: 'retire' },
    ({ seen }) => {
      const payload = readAnchor(anchorOfKind(seen.retired, RETIRE, 'RETIRE'));
      equal(payload.entity_id, birthPayload(seen.retired).digest, 'entity_id', 'payload offset 46');
    },
  ),
  check(
    'MDT-LIN-004',
    'successor',
    'the continuation of a SUCCESSOR pays to the new key',
    { ...options, quote: 'or in a SUCCESSOR to that of the new key' },
    ({ seen }) => {
      const [, ...records] = recordsOf(inForce(seen.succession).record, 'the successor record');
      if (records.length === 0) throw new Untestable('no successor came into force');
      for (const [index, { record, place }] of records.entries()) {
        const { vout } = anchorOfKind(seen.succession, SUCCESSOR, 'SUCCESSOR', index);
        const script = p2wpkh(hex(record.keys?.anchor, `${place}/keys/anchor`));
        equal(vout[1]?.scriptPubKey.hex, script, 'the script of the continuation', 'vout/1');
      }
    },
  ),
  check(
    'MDT-LIN-005',
    'successor',
    'a SUCCESSOR spends the continuation before, signed by the key before',
    { ...options, quote: 'a DER signature followed by `01` (SIGHASH_ALL), and `keys.anchor`' },
    ({ seen }) => {
      const tx = anchorOfKind(seen.succession, SUCCESSOR, 'SUCCESSOR');
      const [birth] = anchorsOf(seen.succession.descendants);
      const [first] = recordsOf(seen.succession.before?.record, 'the first record');
      equal([tx.vin[0]?.txid, tx.vin[0]?.vout], [birth?.txid, 1], 'what input 0 spends', 'vin/0');
      const witness = tx.vin[0]?.txinwitness ?? [];
      equal(witness.length, 2, 'the number of witness items', 'vin/0');
      equal(witness[1], first?.record.keys?.anchor, 'the key in the witness', 'vin/0');
    },
  ),
];

const proofs: Suite['checks'] = [
  check(
    'MDT-PRF-006',
    'succession',
    'the lineage lists the SUCCESSORs',
    { ...options, quote: 'MUST list the transactions of the lineage without witness, from the BIRTH to the tip' },
    ({ seen }) => {
      const listed = new HostedView(inForce(seen.succession).record).linkTransactions;
      const ids = listed.map((octets, index) =>
        displayed(hash256(hex(octets, `/lineage/transactions/${String(index)}`))),
      );
      equal(
        ids,
        anchorsOf(seen.succession.descendants).map(({ txid }) => txid),
        'the txids',
        '/lineage/transactions',
      );
    },
  ),
  check(
    'MDT-PRF-007',
    'succession',
    'the SUCCESSOR of every record that is shown is proven',
    { ...options, quote: 'of every SUCCESSOR whose record is shown' },
    ({ seen }) => {
      const hosted = new HostedView(inForce(seen.succession).record);
      const links = hosted.linkProofs.map(({ link }) => link);
      const count = hosted.linkTransactions.length;
      const expected = Array.from({ length: count }, (_, index) => index);
      equal([...links].sort(), expected, 'the links that are proven', '/lineage/proofs');
    },
  ),
  check(
    'MDT-PRF-007',
    'retire',
    'a deep RETIRE is proven',
    { quote: 'of a RETIRE that has `policy.confirmations` confirmations', scenes: ['retired'], feature: 'retire' },
    ({ seen }) => {
      const hosted = viewOf(seen.retired.after?.record, 'the record after the RETIRE');
      anchorOfKind(seen.retired, RETIRE, 'RETIRE');
      equal(
        hosted.linkProofs.map(({ link }) => link),
        [0, 1],
        'the links that are proven',
        '/lineage/proofs',
      );
    },
  ),
];

const hosting: Suite['checks'] = [
  check(
    'MDT-REC-002',
    'successor',
    'a restart changes no octet of a successor record',
    { ...options, quote: 'MUST NOT change once its digest is anchored', negative: true },
    ({ seen }) => {
      const { after, later } = seen.succession;
      if (!after || !later) throw new Untestable('no successor lived to be restarted');
      const was = recordsOf(after.record, 'the successor record').at(-1);
      const is = recordsOf(later, 'the record of the next life').at(-1);
      equal(is?.digest.toString('hex'), was?.digest.toString('hex'), 'the digest in the next life', '/sha256');
    },
  ),
  check(
    'MDT-HST-008',
    'successor',
    'the metadata follows a succession',
    { ...options, quote: 'MUST agree with its hosted record' },
    ({ seen }) => {
      const { record, metadata } = inForce(seen.succession);
      const hosted = new HostedView(record);
      const said = bodyOf(metadata, 'the metadata (MDT-HST-007)');
      const [first] = recordsOf(record, 'the successor record');
      const { sha256: digest, signature, anchor } = hosted.envelope;
      equal(said['entity_id'], first?.digest.toString('hex'), 'entity_id', '/entity_id');
      equal(said['milagro_birth_record_sha256'], digest, 'milagro_birth_record_sha256', '/milagro_birth_record_sha256');
      equal(said['milagro_birth_record_signature'], signature, 'the signature', '/milagro_birth_record_signature');
      const locator = said['milagro_birth_record_anchor'];
      sameMembers(
        locator !== null && typeof locator === 'object' ? locator : {},
        anchor?.locator,
        'milagro_birth_record_anchor',
      );
    },
  ),
  check(
    'MDT-HST-010',
    'successor',
    'GetBirthRecord answers all records and signatures of a successor',
    { ...options, quote: 'the documents of the hosted record as canonical octets, with its digests and signatures' },
    ({ seen }) => {
      const { record, grpcRecord } = inForce(seen.succession);
      const answer = given(grpcRecord, 'GetBirthRecord');
      const records = recordsOf(record, 'the successor record');
      const got = [...answer.predecessors, answer].map((part) => ({
        record: Buffer.from(part.birthRecord).toString('utf8'),
        signature: Buffer.from(part.signature).toString('hex'),
        previous: Buffer.from(part.previousSignature).toString('hex'),
      }));
      const expected = records.map((part) => ({
        record: canonicalOctets(part.record).toString('utf8'),
        signature: part.signature,
        previous: part.previousSignature ?? '',
      }));
      equal(got.length, expected.length, 'the number of records');
      for (const [index, each] of got.entries()) sameMembers(each, expected[index], `record ${String(index)}`);
    },
  ),
  check(
    'MDT-HST-011',
    'successor',
    'the proofs by gRPC follow a succession',
    { ...options, quote: 'MUST answer what the hosted record carries' },
    ({ seen }) => {
      const { record, grpcAnchor, grpcLineage } = inForce(seen.succession);
      const { envelope } = new HostedView(record);
      const { locator, proof } = given(grpcAnchor, 'GetAnchorProof');
      sameMembers(printedLocator(locator), envelope.anchor?.locator, 'locator');
      sameMembers(printedProof(proof), envelope.anchor?.proof, 'proof');
      const { lineage } = given(grpcLineage, 'GetLineageProof');
      const { transactions, proofs: links } = printedLineage(lineage);
      equal(transactions, envelope.lineage?.transactions, 'lineage.transactions');
      equal(
        links.map(({ link }) => link),
        envelope.lineage?.proofs?.map((each) => each?.link),
        'the links proven',
      );
    },
  ),
];

/** What was shown after the last succession. */
function inForce({ after, second }: SuccessionSeen): Shown {
  const shown = second ?? after;
  if (!shown) throw new Untestable('no successor came into force');
  return shown;
}

export const documentsLater: Suite = { chapter: '01-documents', checks: documents };
export const anchorsLater: Suite = { chapter: '02-anchors-and-lineage', checks: anchors };
export const hostingLater: Suite = { chapter: '03-birth-record-and-hosting', checks: hosting };
export const proofsLater: Suite = { chapter: '05-locators-and-proofs', checks: proofs };
