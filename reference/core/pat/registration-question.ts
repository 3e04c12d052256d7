/** A registration with everything that a reader holds it against, as vectors and clients under test are asked (spec 10.4). */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { ChainCheckpoint, ChainParameters } from '../../gen/schemas.ts';
import { MdtError } from '../errors.ts';
import { HeaderChain } from '../header-chain.ts';
import { verifyRegistration, type VerifiedRegistration } from './registration.ts';

export interface RegistrationQuestion {
  readonly registration: unknown;
  /** Known from elsewhere, hexadecimal. */
  readonly subject_key: string;
  readonly statement_digest?: string;
  readonly parameters: ChainParameters;
  readonly checkpoint: ChainCheckpoint;
  /** From the checkpoint on, one after the other, hexadecimal. */
  readonly headers: string;
  readonly confirmations: number;
  /** The reader's clock, RFC 3339. */
  readonly now: string;
}

const HEADER_HEX = /.{1,160}/g;

/** @throws MdtError as verifyRegistration */
export function answerRegistration(question: RegistrationQuestion): VerifiedRegistration {
  const { registration, subject_key, statement_digest, parameters, checkpoint, headers, confirmations, now } = question;
  const chain = new HeaderChain(parameters, checkpoint);
  try {
    chain.add((headers.match(HEADER_HEX) ?? []).map(hexToBytes), Date.parse(now) / 1000);
  } catch (error) {
    if (!(error instanceof MdtError)) throw error; // what came before the header that is refused counts
  }
  const expected = {
    subjectKey: subject_key,
    ...(statement_digest !== undefined && { statementDigest: statement_digest }),
  };
  return verifyRegistration(registration, expected, chain, confirmations);
}
