/**
 * The worked examples of the chapters: what stands in each block marked `example=<name>`. They are made from
 * the chain that bitcoind mined (vectors/sources/), and each is judged by the kit's oracle and schemas.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bech32 } from 'bech32';
import { canonicalize } from 'json-canonicalize';
import { p2wpkhScript } from '../../conformance/oracle/chain-signature.ts';
import { readDocument } from '../../conformance/oracle/json.ts';
import { pushedData, readPayload } from '../../conformance/oracle/payload.ts';
import { readLineageProof } from '../../conformance/oracle/lineage.ts';
import { readAnchorProof, refuseLocator } from '../../conformance/oracle/proof.ts';
import { refuseRecord } from '../../conformance/oracle/record.ts';
import { refuseSignature } from '../../conformance/oracle/signature.ts';
import { readTransaction } from '../../conformance/oracle/transaction.ts';
import type { DtaMetadata, HostedRecord, LaunchConfiguration } from '../../reference/gen/schemas.ts';
import { digestOfRecord, EXAMPLE_ANCHOR_KEY, REGTEST_GENESIS } from '../../vectors/tools/example-record.ts';
import { keyOf, publicKey, sha256, signDigest, tagged } from '../../vectors/tools/keys.ts';
import { IDP_OCTETS } from './idp-examples.ts';
import { LIFE_JSON, LIFE_OCTETS } from './life-examples.ts';
import { LOG_JSON, LOG_OCTETS, LOG_TEXTS } from './log-examples.ts';
import { PAT_JSON, PAT_OCTETS } from './pat-examples.ts';
import { lineageOf, locatorOf, proofOf, RECORD, RECORDED } from '../../vectors/tools/recorded-proofs.ts';

export interface Example {
  /** Text of the block without its last line feed. */
  text: string;
  /** Schema the text, or each of its lines, is valid against. */
  schema?: string;
  /** Judges the example beyond its schema; throws where it is wrong. */
  judge?(): unknown;
}

const DIGEST = digestOfRecord(RECORD);
const TYPE = 'milagro-birth-record';
const SIGNATURE = signDigest(TYPE, DIGEST, EXAMPLE_ANCHOR_KEY);
const PROOF = proofOf(RECORDED.birth, Math.min(6, RECORD.policy.confirmations - 1));
const SCRIPT = scriptOf(RECORDED.birth.transaction);
const ROOT = join(import.meta.dirname, '../..');

/** The hosted record of the examples. */
export const HOSTED: HostedRecord = {
  birth_record: RECORD,
  sha256: DIGEST.toString('hex'),
  signature: SIGNATURE.toString('hex'),
  anchor: { locator: locatorOf(RECORDED.birth), proof: PROOF },
  lineage: lineageOf(),
};

export const METADATA: DtaMetadata = {
  issuer: RECORD.issuer,
  role: 'dta',
  entity_id: HOSTED.sha256,
  milagro_spec_versions_supported: ['1.0'],
  milagro_birth_record_uri: RECORD.services.birth_record,
  milagro_birth_record_sha256: HOSTED.sha256,
  milagro_birth_record_signature: HOSTED.signature,
  milagro_birth_record_anchor: HOSTED.anchor.locator,
  milagro_status_uri: RECORD.services.status,
  milagro_activity_log_uri: RECORD.services.activity_log ?? '',
  milagro_grpc_endpoint: RECORD.services.grpc,
  milagro_grpc_transports_supported: ['tls13-anchor'],
  milagro_idps: RECORD.idps ?? [],
};

export const LAUNCH: LaunchConfiguration = {
  launch: 1,
  role: 'dta',
  data_dir: '/var/lib/example-dta',
  passphrase: 'correct horse battery staple',
  chain: {
    genesis: REGTEST_GENESIS,
    checkpoint: { height: 0, hash: REGTEST_GENESIS },
    backend: 'rpc',
    rpc: { url: 'http://127.0.0.1:18443', user: 'target', password: 'of this run only' },
    fee_sat_vb: 2,
  },
  listen: { http: '127.0.0.1:8080', grpc: '127.0.0.1:8081' },
  public: { issuer: 'http://127.0.0.1:8080', grpc: '127.0.0.1:8081' },
  transport: 'plain',
  policy: {
    log_period_seconds: 2,
    anchor_period_seconds: 2,
    canary_max_age_seconds: 6,
    confirmations: 2,
    channel_confirmations: 3,
  },
  clock: { offset_seconds: 0 },
  import_secrets: {
    anchor: keyOf('anchor').toString('hex'),
    next_anchor: keyOf('next anchor').toString('hex'),
    status: keyOf('status').toString('hex'),
  },
};

const ANCHOR_ADDRESS = bech32.encode('bcrt', [
  0,
  ...bech32.toWords(p2wpkhScript(Buffer.from(RECORD.keys.anchor, 'hex')).subarray(2)),
]);

const TARGET_LINES = [
  { event: 'listening' },
  { event: 'waiting', code: 'MDT_UNFUNDED' },
  { event: 'funding', address: ANCHOR_ADDRESS, min_sat: 1_000_000 },
  { event: 'waiting', code: 'MDT_CONFIRMATIONS' },
  { event: 'ready', entity_id: HOSTED.sha256 },
];

/** Every example by its name. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'birth-record-canonical': {
    text: canonicalize(RECORD),
    schema: 'birth-record',
    judge: () => readDocument(Buffer.from(canonicalize(RECORD))),
  },
  'birth-record-digest': { text: hex(DIGEST) },
  'birth-record-signed-hash': { text: hex(sha256(tagged(`MDT/1/${TYPE}`, DIGEST))) },
  'birth-record-signature': {
    text: hex(SIGNATURE),
    judge: () => refuseSignature(`MDT/1/${TYPE}`, DIGEST, SIGNATURE, Buffer.from(RECORD.keys.anchor, 'hex')),
  },
  'next-anchor-key': {
    text: hex(publicKey(keyOf('next anchor'))),
    judge: () => {
      if (!sha256(publicKey(keyOf('next anchor'))).equals(Buffer.from(RECORD.keys.next_anchor_hash, 'hex')))
        throw new Error('not the key that the record promises');
    },
  },
  'payload-birth': { text: hex(pushedData(SCRIPT)), judge: () => payloadIs(SCRIPT, 'BIRTH') },
  'script-birth': { text: hex(SCRIPT) },
  'transaction-birth': { text: hex(Buffer.from(RECORDED.birth.transaction, 'hex')) },
  'payload-status': {
    text: hex(pushedData(scriptOf(RECORDED.status.transaction))),
    judge: () => payloadIs(scriptOf(RECORDED.status.transaction), 'STATUS'),
  },
  locator: { text: json(HOSTED.anchor.locator), schema: 'locator', judge: judgeLocator },
  'anchor-proof': {
    text: json(PROOF),
    schema: 'anchor-proof',
    judge: () => readLineageProof(RECORD, DIGEST, HOSTED.lineage),
  },
  'birth-record': { text: json(RECORD), schema: 'birth-record', judge: () => refuseRecord(RECORD) },
  'dta-metadata': { text: json(METADATA), schema: 'dta-metadata' },
  problem: {
    text: json({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'the BIRTH has 3 of 6 confirmations',
      code: 'MDT_NOT_READY',
    }),
    schema: 'problem',
  },
  'launch-configuration': { text: json(LAUNCH), schema: 'launch-configuration' },
  ...LOG_TEXTS,
  'target-lines': { text: TARGET_LINES.map((line) => JSON.stringify(line)).join('\n'), schema: 'target-line' },
  'target-manifest': {
    text: [
      'manifest: 1',
      'name: example-dta',
      'version: 1.4.0',
      'role: dta',
      'mode: command',
      'command: [./example-dta, --certify]',
      'claims:',
      '  profiles: [identity]',
      '  features: [clock, import_secrets]',
    ].join('\n'),
    schema: 'target-manifest',
  },
  ...Object.fromEntries(
    Object.entries({ ...LIFE_OCTETS, ...LOG_OCTETS, ...PAT_OCTETS, ...IDP_OCTETS }).map(([name, { octets, judge }]) => [
      name,
      { text: hex(octets), ...(judge && { judge }) },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({ ...LIFE_JSON, ...LOG_JSON, ...PAT_JSON }).map(([name, { value, schema, judge }]) => [
      name,
      { text: json(value), ...(schema !== undefined && { schema }), ...(judge && { judge }) },
    ]),
  ),
};

/** Octets as the blocks show them: 32 a line. */
function hex(octets: Uint8Array): string {
  return (
    Buffer.from(octets)
      .toString('hex')
      .match(/.{1,64}/g) ?? []
  ).join('\n');
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function scriptOf(transaction: string): Buffer {
  return readTransaction(Buffer.from(transaction, 'hex'), '').outputs[0]?.script ?? Buffer.alloc(0);
}

function payloadIs(script: Buffer, kind: string): void {
  const payload = readPayload(pushedData(script));
  if (payload?.kind !== kind) throw new Error(`a payload of kind ${String(payload?.kind)}`);
}

function judgeLocator(): void {
  const { locator, proof } = HOSTED.anchor;
  if (locator.txref === undefined) throw new Error('no txref to look at');
  const proven = readAnchorProof(proof, RECORD.policy.confirmations);
  refuseLocator(locator, proven, proof, RECORD.chain.genesis, '/locator');
}

/** Text of a file of the project. */
export function readProject(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
