/** Reading registrations of PAT signatures (spec 10.4). */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { PatRegistration, PatStatement } from '../../gen/schemas.ts';
import { checkLocator, verifyAnchorProof, type ProvenTransaction } from '../anchor-proof.ts';
import { canonicalOctets, documentDigest } from '../canonical.ts';
import { MAX_DOCUMENT_OCTETS } from '../document-octets.ts';
import { MdtError } from '../errors.ts';
import type { HeaderChain } from '../header-chain.ts';
import { bytesToHex, equalOctets } from '../hex.ts';
import { verifyInclusion } from '../log/proof-verification.ts';
import { leafHash } from '../log/tree-hash.ts';
import { parseOpReturnScript } from '../op-return.ts';
import { decodePayload } from '../payload.ts';
import { validate } from '../schema.ts';
import { checkCheckpoint, checkDepth, checkPlace, timeBracket, type Bracket } from '../verification/chain-steps.ts';
import { verifiedLeaf } from './statement.ts';

export interface ExpectedStatement {
  /** Known from elsewhere: compressed, hexadecimal. */
  readonly subjectKey: string;
  /** SHA-256 of what is to be stated, hexadecimal; absent where anything may be. */
  readonly statementDigest?: string;
}

export interface VerifiedRegistration extends Bracket {
  readonly form: 'DIRECT' | 'BATCHED';
  /** Of the statement, hexadecimal. */
  readonly digest: string;
  readonly confirmations: number;
}

/** A registration's proof carries no following headers: as of a policy of one confirmation. */
const PROOF_CONFIRMATIONS = 1;

/**
 * Verifies a registration against the reader's own headers.
 * @param confirmations the reader's policy
 * @throws MdtError MDT_SCHEMA, MDT_DOCUMENT_TOO_LARGE, MDT_WRONG_CHAIN, MDT_PAT_KEY, MDT_DIGEST, MDT_SIGNATURE, MDT_SIGNATURE_HIGH_S, MDT_PAT_ANCHOR,
 * MDT_PAT_BATCH, MDT_LOCATOR, MDT_NOT_IN_CHAIN, MDT_SOURCE, MDT_TXREF, MDT_CONFIRMATIONS, MDT_FRESHNESS, and those of 2.1 and 5.3
 */
export function verifyRegistration(
  shown: unknown,
  expected: ExpectedStatement,
  chain: HeaderChain,
  confirmations: number,
): VerifiedRegistration {
  const registration = validate('pat-registration', shown);
  const { statement, locator, proof, batch } = registration;
  const leaf = checkStatement(statement, registration.signature, expected, chain);
  const proven = verifyAnchorProof(proof, PROOF_CONFIRMATIONS, '/proof');
  checkLocator(locator, proven, proof, chain.genesis, '/locator');
  checkCommitment(registration, leaf, proven);
  checkCheckpoint(statement.chain, chain, confirmations, '/statement/chain');
  checkPlace(locator, chain, confirmations, '');
  const deep = checkDepth(locator.height, { own: confirmations, record: 1 }, chain, {});
  return {
    form: batch ? 'BATCHED' : 'DIRECT',
    digest: bytesToHex(documentDigest(statement)),
    confirmations: deep,
    ...timeBracket(statement.freshness, locator.height, chain, '/statement/freshness'),
  };
}

/**
 * What stands in a statement itself, before it is known whether it is registered.
 * @param signature hexadecimal
 * @returns the leaf of 10.2
 * @throws MdtError MDT_DOCUMENT_TOO_LARGE, MDT_WRONG_CHAIN, MDT_PAT_KEY, MDT_DIGEST, MDT_SIGNATURE, MDT_SIGNATURE_HIGH_S
 */
export function checkStatement(
  statement: PatStatement,
  signature: string,
  expected: ExpectedStatement,
  chain: HeaderChain,
): Uint8Array {
  if (canonicalOctets(statement).length > MAX_DOCUMENT_OCTETS)
    throw new MdtError('MDT_DOCUMENT_TOO_LARGE', `more than ${MAX_DOCUMENT_OCTETS} octets`, { field: '/statement' });
  if (statement.chain.genesis !== chain.genesis)
    throw new MdtError('MDT_WRONG_CHAIN', 'another chain than ours', { field: '/statement/chain/genesis' });
  if (statement.subject_key !== expected.subjectKey)
    throw new MdtError('MDT_PAT_KEY', 'not the key that is known', { field: '/statement/subject_key' });
  if (expected.statementDigest !== undefined && statement.statement_digest !== expected.statementDigest)
    throw new MdtError('MDT_DIGEST', 'something else is stated', { field: '/statement/statement_digest' });
  return verifiedLeaf(statement, hexToBytes(signature));
}

/** MDT-PAT-105, MDT-PAT-106 */
function checkCommitment(
  { signature, batch, proof: { vout } }: PatRegistration,
  leaf: Uint8Array,
  { transaction }: ProvenTransaction,
): void {
  const output = transaction.outs[vout];
  const payload = decodePayload(parseOpReturnScript(output?.script ?? new Uint8Array()));
  if (!batch) {
    if (payload.kind !== 'PAT_SIGNATURE' || !equalOctets(payload.signature, hexToBytes(signature)))
      throw new MdtError('MDT_PAT_ANCHOR', 'the transaction carries another payload', { field: '/proof/transaction' });
    return;
  }
  if (payload.kind !== 'PAT_BATCH')
    throw new MdtError('MDT_PAT_ANCHOR', 'the transaction carries no batch', { field: '/proof/transaction' });
  try {
    const path = { index: batch.index, proof: batch.path.map((hash) => hexToBytes(hash)) };
    verifyInclusion({ leafHash: leafHash(leaf), size: payload.leafCount, root: payload.root, ...path });
  } catch (cause) {
    if (!(cause instanceof MdtError)) throw cause;
    throw new MdtError('MDT_PAT_BATCH', cause.message, {
      field: `/batch${cause.field === '/index' ? '/index' : '/path'}`,
    });
  }
}
