/**
 * What is measured: the reference's core beside what somebody would use in its place. The peers do no more than
 * their name says; where ours checks what they do not, that is what the ratio shows.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { script } from 'bitcoinjs-lib';
import { canonicalize } from 'json-canonicalize';
import { parseTree } from 'jsonc-parser';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { refuseMasterPop } from '../../conformance/oracle/bls.ts';
import { readAnchorProof } from '../../conformance/oracle/proof.ts';
import { verifyAnchorProof } from '../core/anchor-proof.ts';
import { canonicalOctets } from '../core/canonical.ts';
import { parseEnvelope } from '../core/document-octets.ts';
import { verifyDigestSignature } from '../core/document-signature.ts';
import { parseHex } from '../core/hex.ts';
import { verifyMasterKey } from '../core/master-key.ts';
import { merkleRootOf } from '../core/merkle.ts';
import { parseOpReturnScript } from '../core/op-return.ts';
import { decodePayload } from '../core/payload.ts';
import { taggedHash } from '../core/tagged-hash.ts';
import type { HostedRecord } from '../gen/schemas.ts';
import type { Benchmark } from './measure.ts';
import { verification } from './verification.ts';

const MAX_OCTETS = 1_048_576;

export function loadBenchmarks(): Benchmark[] {
  const octets = readFileSync(join(import.meta.dirname, '../../schemas/examples/hosted-record/valid/dta.json'));
  const hosted = JSON.parse(octets.toString('utf8')) as HostedRecord;
  return [
    ...documents(octets, hosted),
    ...signatures(hosted),
    ...anchors(hosted),
    ...masterKeys(hosted),
    ...verification(),
  ];
}

function documents(octets: Buffer, hosted: HostedRecord): Benchmark[] {
  const text = octets.toString('utf8');
  const read = (): unknown => parseEnvelope(octets, MAX_OCTETS);
  return [
    {
      id: 'json-read/json-parse',
      peerName: 'JSON.parse, which hides what we refuse',
      ours: read,
      peer: () => JSON.parse(octets.toString('utf8')) as unknown,
    },
    {
      id: 'json-read/jsonc-parser',
      peerName: 'jsonc-parser parseTree, which keeps literals',
      ours: read,
      peer: () => parseTree(text),
    },
    {
      id: 'canonical-octets/json-canonicalize',
      peerName: 'json-canonicalize',
      ours: () => canonicalOctets(hosted.birth_record),
      peer: () => Buffer.from(canonicalize(hosted.birth_record), 'utf8'),
    },
  ];
}

function signatures(hosted: HostedRecord): Benchmark[] {
  const digest = octetsOf(hosted.sha256);
  const signature = octetsOf(hosted.signature);
  const key = octetsOf(hosted.birth_record.keys.anchor);
  const point = secp256k1.Point.fromBytes(key).toBytes(false);
  const coordinate = (from: number): string => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  const openssl = createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'secp256k1', x: coordinate(1), y: coordinate(33) },
  });
  const tag = createHash('sha256').update('MDT/1/milagro-birth-record').digest();
  const message = Buffer.concat([tag, tag, digest]);
  return [
    {
      id: 'document-signature/openssl',
      peerName: 'OpenSSL (node:crypto), the key read beforehand',
      ours: () => verifyDigestSignature('milagro-birth-record', digest, signature, key),
      peer: () => verify('sha256', message, { key: openssl, dsaEncoding: 'ieee-p1363' }, signature),
    },
    {
      id: 'tagged-hash/node-crypto',
      peerName: 'node:crypto SHA-256, the tag hashed beforehand',
      ours: () => taggedHash('MDT/1/milagro-birth-record', digest),
      peer: () => createHash('sha256').update(message).digest(),
    },
  ];
}

function anchors(hosted: HostedRecord): Benchmark[] {
  const { proof } = hosted.anchor;
  const confirmations = hosted.birth_record.policy.confirmations;
  const payload = Buffer.concat([
    Buffer.from('Milagro D-TA'),
    Buffer.of(1, 1, 1),
    octetsOf(hosted.sha256),
    Buffer.from('dta.example.org'),
  ]);
  const opReturn = Buffer.concat([Buffer.of(0x6a, payload.length), payload]);
  const branch = Array.from({ length: 12 }, (_, level) => createHash('sha256').update(String(level)).digest());
  return [
    {
      id: 'payload-decode/bitcoinjs-lib',
      peerName: 'bitcoinjs-lib script.decompile, which finds the push and does not read it',
      ours: () => decodePayload(parseOpReturnScript(opReturn)),
      peer: () => script.decompile(opReturn),
    },
    {
      id: 'merkle-branch/node-crypto',
      peerName: 'a loop over node:crypto SHA-256 without checks',
      ours: () => merkleRootOf(branch[0] ?? opReturn, branch.slice(1), 1234, ''),
      peer: () => plainRoot(branch, 1234),
    },
    {
      id: 'anchor-proof/oracle',
      peerName: "the kit's oracle (its own parser, node:crypto)",
      ours: () => verifyAnchorProof(proof, confirmations),
      peer: () => readAnchorProof(proof, confirmations),
    },
  ];
}

function masterKeys({ birth_record: record }: HostedRecord): Benchmark[] {
  const mpk = octetsOf(record.master_public_key ?? '');
  const pop = octetsOf(record.master_pop ?? '');
  const anchor = octetsOf(record.keys.anchor);
  return [
    {
      id: 'master-key/mcl',
      peerName: 'mcl (WebAssembly)',
      ours: () => verifyMasterKey(mpk, pop, anchor),
      peer: () => refuseMasterPop(mpk, anchor, pop),
    },
  ];
}

function plainRoot([leaf = Buffer.alloc(32), ...branch]: readonly Buffer[], position: number): Buffer {
  return branch.reduce((running, sibling, level) => {
    const pair = ((position >>> level) & 1) === 1 ? [sibling, running] : [running, sibling];
    const once = createHash('sha256').update(Buffer.concat(pair)).digest();
    return createHash('sha256').update(once).digest();
  }, leaf);
}

function octetsOf(hex: string): Uint8Array {
  return parseHex(hex, 'MDT_SCHEMA', 'benchmark');
}
