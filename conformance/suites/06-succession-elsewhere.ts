/** What earlier chapters ask of every record and anchor, looked at in a target that has changed and in one that has ended. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { sha256, canonicalOctets, hash256 } from '../oracle/digest.ts';
import { displayed } from '../oracle/merkle.ts';
import type { Feature } from '../world/claims.ts';
import type { ChainTransaction } from '../world/chain-index.ts';
import type { Observations } from '../world/scenes/index.ts';
import type { Shown } from '../world/scenes/resources.ts';
import type { SuccessionSeen } from '../world/scenes/succession.ts';
import { anchorsOf, birthPayload } from './anchor-view.ts';
import { hex, HostedView, integer, list } from './hosted-view.ts';
import { headerOf, placed, placeOf, txrefsAgree } from './05-locators-and-proofs.ts';
import {
  anchorByGrpc,
  digestAgrees,
  isHostedRecord,
  isMetadata,
  isSignedBy,
  liveSignatureVerifies,
  lineageByGrpc,
  metadataAgrees,
  proofsVerify,
  recordByGrpc,
} from './shown-view.ts';
import { anchorOfKind, readAnchor, recordsOf, RETIRE, SUCCESSOR, viewOf } from './lineage-view.ts';
import { p2wpkh } from './witness-view.ts';

const options = { scenes: ['succession'] as const, feature: 'successor' as const };

type Later = Pick<Observations, 'succession' | 'retired'>;

/** Moments at which everything that is shown is looked at once more. */
const LATER: readonly {
  slug: string;
  when: string;
  scenes: readonly (keyof Later)[];
  feature: Feature;
  shown(seen: Later): Shown;
  descendants(seen: Later): readonly ChainTransaction[];
}[] = [
  {
    slug: 'after-successor',
    when: 'after a succession',
    ...options,
    shown: ({ succession }) => inForce(succession),
    descendants: ({ succession }) => succession.descendants,
  },
  {
    slug: 'after-retire',
    when: 'after the end',
    scenes: ['retired'],
    feature: 'retire',
    shown: ({ retired }) => {
      if (!retired.after) throw new Untestable('the target was never born');
      return retired.after;
    },
    descendants: ({ retired }) => retired.descendants,
  },
];

const documents: Suite['checks'] = [
  ...LATER.flatMap(({ slug, shown, ...options }) => [
    check(
      'MDT-DOC-010',
      slug,
      `the digest is that of the record: ${options.when}`,
      { ...options, quote: 'MUST be the SHA-256 of its RFC 8785 canonical octets' },
      ({ seen }) => digestAgrees(shown(seen).record),
    ),
    check(
      'MDT-DOC-011',
      slug,
      `OpenSSL verifies the live signature by the key in force: ${options.when}`,
      { ...options, quote: 'an ECDSA signature over secp256k1 of the 32 octets `Ht("MDT/1/" ‖ type, digest)`' },
      ({ seen }) => liveSignatureVerifies(shown(seen).record),
    ),
  ]),
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
        isSignedBy('milagro-retire', digest, signature, hosted.record.keys?.anchor),
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
      const anchors = anchorsOf(seen.succession.descendants);
      const before = anchors[anchors.findIndex(({ txid }) => txid === tx.txid) - 1]; // a relay has a STATUS there
      const [first] = recordsOf(seen.succession.before?.record, 'the first record');
      equal([tx.vin[0]?.txid, tx.vin[0]?.vout], [before?.txid, 1], 'what input 0 spends', 'vin/0');
      const witness = tx.vin[0]?.txinwitness ?? [];
      equal(witness.length, 2, 'the number of witness items', 'vin/0');
      equal(witness[1], first?.record.keys?.anchor, 'the key in the witness', 'vin/0');
    },
  ),
];

/** Links that are proven whenever their records are shown. */
const CHANGES = ['BIRTH', 'SUCCESSOR'];

const proofs: Suite['checks'] = [
  check(
    'MDT-PRF-007',
    'succession',
    'the SUCCESSOR of every record that is shown is proven',
    { ...options, quote: 'of every SUCCESSOR whose record is shown' },
    ({ seen }) => {
      const hosted = new HostedView(inForce(seen.succession).record);
      const links = hosted.linkProofs.map(({ link }) => link);
      const count = hosted.linkTransactions.length;
      const kinds = anchorsOf(seen.succession.descendants)
        .slice(0, count)
        .map((tx) => readAnchor(tx).kind);
      const expected = kinds.flatMap((kind, link) => (CHANGES.includes(kind) || link === count - 1 ? [link] : []));
      equal(
        links.toSorted((a, b) => Number(a) - Number(b)),
        expected,
        'the links that are proven',
        '/lineage/proofs',
      );
    },
  ),
  check(
    'MDT-PRF-007',
    'retire',
    'a deep RETIRE is proven',
    { quote: 'of a RETIRE that has `policy.confirmations` confirmations', scenes: ['retired'], feature: 'retire' },
    ({ seen }) => {
      const hosted = viewOf(seen.retired.after?.record, 'the record after the RETIRE');
      const { txid } = anchorOfKind(seen.retired, RETIRE, 'RETIRE');
      const link = anchorsOf(seen.retired.descendants).findIndex((anchor) => anchor.txid === txid);
      equal(
        hosted.linkProofs.map((proof) => proof.link),
        [0, link],
        'the links that are proven',
        '/lineage/proofs',
      );
    },
  ),
  ...LATER.flatMap(({ slug, shown, ...options }) => [
    check(
      'MDT-LOC-001',
      slug,
      `every locator names its anchor where the node has it: ${options.when}`,
      { ...options, quote: 'as they are in the active chain' },
      ({ seen }) => {
        const hosted = new HostedView(shown(seen).record);
        const anchored = anchorsOf(options.descendants(seen));
        const changes = anchored.filter((tx) => ['BIRTH', 'SUCCESSOR'].includes(readAnchor(tx).kind));
        equal(placed(hosted.locator), placeOf(changes.at(-1)), 'the locator of the record in force', '/anchor/locator');
        for (const { link, locator } of hosted.linkProofs) {
          const place = `/lineage/proofs/${String(link)}/locator`;
          equal(placed(locator), placeOf(anchored[integer(link, '/lineage/proofs')]), 'the locator of a link', place);
        }
      },
    ),
    check(
      'MDT-LOC-003',
      slug,
      `every txref is that of its place: ${options.when}`,
      { ...options, quote: 'MUST be the BIP-136 encoding (Bech32m) of the height and index' },
      ({ seen, evidence }) => evidence('txrefs', txrefsAgree(shown(seen).record, options.descendants(seen))),
    ),
    check(
      'MDT-PRF-005',
      slug,
      `the headers that follow are those of the chain: ${options.when}`,
      { ...options, quote: 'headers that follow `header` in the active chain' },
      async ({ seen, world }) => {
        const hosted = new HostedView(shown(seen).record);
        const tip = await world.index.tipHeight();
        const inForce = { link: 'in force', locator: hosted.locator, proof: hosted.proof };
        for (const { link, locator, proof } of [...hosted.linkProofs, inForce]) {
          const height = integer(locator?.height, '/lineage/proofs/locator/height');
          const headers = list(proof?.following_headers, '/lineage/proofs/proof/following_headers');
          const heights = headers.map((_, index) => height + 1 + index).filter((each) => each <= tip);
          const blocks = await Promise.all(heights.map((each) => world.index.blockAt(each)));
          const expected = await Promise.all(blocks.map(async ({ hash }) => headerOf(world, hash)));
          equal(headers, expected, 'following_headers', `/lineage/proofs/${String(link)}/proof/following_headers`);
        }
      },
    ),
    check(
      'MDT-PRF-006',
      slug,
      `the lineage lists every anchor: ${options.when}`,
      { ...options, quote: 'MUST list the transactions of the lineage without witness, from the BIRTH to the tip' },
      ({ seen }) => {
        const listed = new HostedView(shown(seen).record).linkTransactions;
        const ids = listed.map((octets, index) =>
          displayed(hash256(hex(octets, `/lineage/transactions/${String(index)}`))),
        );
        const made = anchorsOf(options.descendants(seen)).map(({ txid }) => txid);
        equal(ids, made, 'the txids of the lineage', '/lineage/transactions');
      },
    ),
    check(
      'MDT-PRF-003',
      slug,
      `the oracle verifies every proof that is shown: ${options.when}`,
      { ...options, quote: 'MUST lead from the transaction to the Merkle root of `header`' },
      async ({ seen }) => proofsVerify(shown(seen).record),
    ),
  ]),
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
  ...LATER.flatMap(({ slug, shown, ...options }) => [
    check(
      'MDT-HST-001',
      slug,
      `the record is served and valid: ${options.when}`,
      { ...options, quote: 'a document valid against `schemas/hosted-record.schema.json`' },
      ({ seen }) => isHostedRecord(shown(seen).record),
    ),
    check(
      'MDT-HST-007',
      slug,
      `the metadata is served and valid: ${options.when}`,
      { ...options, quote: 'status 200 and a document valid against `schemas/dta-metadata.schema.json`' },
      ({ seen }) => isMetadata(shown(seen).metadata),
    ),
    check(
      'MDT-HST-008',
      slug,
      `the metadata says what the record says: ${options.when}`,
      { ...options, quote: 'MUST agree with its hosted record' },
      ({ seen }) => metadataAgrees(shown(seen).metadata, shown(seen).record),
    ),
    check(
      'MDT-HST-010',
      slug,
      `GetBirthRecord answers the hosted record: ${options.when}`,
      {
        ...options,
        quote: 'the documents of the hosted record as canonical octets, with its digests and signatures',
      },
      ({ seen }) => recordByGrpc(shown(seen).grpcRecord, shown(seen).record),
    ),
    check(
      'MDT-HST-011',
      slug,
      `the proofs by gRPC are those of the hosted record: ${options.when}`,
      { ...options, quote: 'MUST answer what the hosted record carries' },
      ({ seen }) => {
        anchorByGrpc(shown(seen).grpcAnchor, shown(seen).record);
        lineageByGrpc(shown(seen).grpcLineage, shown(seen).record);
      },
    ),
  ]),
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
