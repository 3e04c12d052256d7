/** A PAT's own statements: written under its headers, proven from a block, and read again (spec chapter 10). */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { restBlock } from '../chain/rest-block.ts';
import { MdtError } from '../core/errors.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { bytesToHex, printHash } from '../core/hex.ts';
import { networkOf } from '../core/network.ts';
import { registrationFrom } from '../core/pat/block-proof.ts';
import { verifyRegistration, type ExpectedStatement, type VerifiedRegistration } from '../core/pat/registration.ts';
import { signStatement, writeStatement } from '../core/pat/statement.ts';
import { creationTime, FRESHNESS_DEPTH } from '../core/time.ts';
import { verdictOf } from '../core/verification/conclusion.ts';
import { updateHeaders } from '../core/verification/header-steps.ts';
import type { HeaderSource } from '../core/verification/request.ts';
import type { PatRegistration, PatSignedStatement, Verdict, VerdictSource } from '../gen/schemas.ts';
import type { OwnChain } from '../core/own-chain.ts';

/** A chain of headers, and what each of its sources gave. */
export interface ReadHeaders {
  readonly chain: HeaderChain;
  readonly sources: readonly VerdictSource[];
}

/** @throws MdtError MDT_SOURCE where no source answers */
export async function readHeaders(own: OwnChain, sources: readonly HeaderSource[], now: number): Promise<ReadHeaders> {
  const chain = new HeaderChain(own.parameters, own.checkpoint);
  return { chain, sources: await updateHeaders(chain, sources, now, {}) };
}

/**
 * A statement of the holder of a key, signed.
 * @param secretKey 32 octets
 * @param statementDigest SHA-256 of what is stated, 32 octets
 * @param now seconds since 1970
 * @throws MdtError MDT_SOURCE where the headers do not reach far enough for `freshness`
 */
export function stateNow(
  chain: HeaderChain,
  { checkpoint }: OwnChain,
  { secretKey, statementDigest, now }: { secretKey: Uint8Array; statementDigest: Uint8Array; now: number },
): PatSignedStatement {
  const fresh = chain.at(chain.tip.height - FRESHNESS_DEPTH);
  if (!fresh)
    throw new MdtError('MDT_SOURCE', `fewer than ${FRESHNESS_DEPTH} headers after our checkpoint`, {
      field: '--headers',
    });
  const statement = writeStatement({
    chain: {
      genesis: chain.genesis,
      header_format: 'sha256d-80',
      checkpoint: { height: checkpoint.height, hash: checkpoint.hash },
    },
    created: creationTime(now, chain.medianTimePast(fresh)),
    freshness: { height: fresh.height, hash: printHash(fresh.hash) },
    subjectKey: secp256k1.getPublicKey(secretKey, true),
    statementDigest,
  });
  return { statement, signature: bytesToHex(signStatement(statement, secretKey)) };
}

/** Where an anchor transaction is, as RPC prints its hash and that of its block. */
export interface TransactionPlace {
  readonly txid: string;
  readonly block: string;
}

/**
 * The registration of a statement that stands DIRECT in a transaction, from a node's REST interface. It is verified before
 * it is given: a PAT keeps no proof that it could not show.
 * @throws MdtError MDT_SOURCE, MDT_NOT_FOUND, MDT_NOT_IN_CHAIN where our headers do not have the block, and what verifyRegistration refuses
 */
export async function prove(
  signed: PatSignedStatement,
  { txid, block }: TransactionPlace,
  chain: HeaderChain,
  rest: string,
): Promise<PatRegistration> {
  const header = chain.find(block);
  const active = header && chain.at(header.height);
  if (header === undefined || active === undefined || printHash(active.hash) !== block)
    throw new MdtError('MDT_NOT_IN_CHAIN', 'not a block of our chain', { field: '--block' });
  const network = networkOf(chain.genesis)?.name;
  if (network === undefined) throw new MdtError('MDT_WRONG_CHAIN', 'a chain of no known network', { field: '--chain' });
  const octets = await restBlock(rest, block);
  const confirmations = chain.confirmations(header.height);
  const placed = { octets, hash: block, height: header.height, confirmations, network };
  const registration = registrationFrom(placed, txid, signed);
  verifyRegistration(registration, { subjectKey: signed.statement.subject_key }, chain, 1);
  return registration;
}

export type RegistrationVerdict = {
  readonly verdict: Verdict['verdict'];
  readonly code?: string;
  readonly field?: string;
  readonly message?: string;
} & Partial<VerifiedRegistration>;

/** What is known of a registration (spec 10.4). */
export function judgeRegistration(
  shown: unknown,
  expected: ExpectedStatement,
  chain: HeaderChain,
  confirmations: number,
): RegistrationVerdict {
  try {
    return { verdict: 'VERIFIED', ...verifyRegistration(shown, expected, chain, confirmations) };
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    const { code, field, message } = error;
    return { verdict: verdictOf(error), code, field, message };
  }
}

/** @throws MdtError MDT_SCHEMA where it is no secret key */
export function secretKeyFrom(text: string): Uint8Array {
  const hex = text.trim();
  if (!/^[0-9a-f]{64}$/.test(hex) || !secp256k1.utils.isValidSecretKey(hexToBytes(hex)))
    throw new MdtError('MDT_SCHEMA', 'not a secret key of secp256k1: 64 lower-case hexadecimal digits', {
      field: '--key',
    });
  return hexToBytes(hex);
}
