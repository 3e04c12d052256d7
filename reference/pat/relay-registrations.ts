/** Registering a PAT's statement by a relay, and fetching what proves it (spec 10.3, 11.5). */
import { RelayConnection, RelayRefusal } from '../chain/relay-client.ts';
import { locatorFrom, proofFrom } from '../chain/relay-messages.ts';
import { canonicalOctets } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import type { HeaderChain } from '../core/header-chain.ts';
import { bytesToHex, equalOctets } from '../core/hex.ts';
import { leafHash } from '../core/log/tree-hash.ts';
import { verifyRegistration, type ExpectedStatement, type VerifiedRegistration } from '../core/pat/registration.ts';
import { verifiedLeaf } from '../core/pat/statement.ts';
import { relayAddress } from '../core/relay-address.ts';
import { RegistrationMode, type GetRegistrationResponse } from '../gen/proto/milagro/trust/v1/relay.ts';
import type { PatRegistration, PatSignedStatement } from '../gen/schemas.ts';
import { hexToBytes } from '@noble/hashes/utils.js';

const PATIENCE_MS = 20_000;

export type Mode = 'direct' | 'batched';
const MODES = {
  direct: RegistrationMode.REGISTRATION_MODE_DIRECT,
  batched: RegistrationMode.REGISTRATION_MODE_BATCHED,
};

/**
 * Hands a signed statement to a relay.
 * @returns the ID that the relay keeps it under: 32 octets, hexadecimal
 * @throws MdtError MDT_SIGNATURE or MDT_SIGNATURE_HIGH_S before anybody is asked, MDT_SOURCE where the relay does not
 *   answer or answers something else, and the code with which it refuses
 */
export async function registerBy(
  url: string,
  signed: PatSignedStatement,
  mode: Mode,
  patienceMs: number = PATIENCE_MS,
): Promise<string> {
  const id = registrationId(signed);
  const request = {
    statement: Buffer.from(canonicalOctets(signed.statement)),
    signature: Buffer.from(signed.signature, 'hex'),
    mode: MODES[mode],
    idempotencyKey: Buffer.alloc(0),
  };
  const { registrationId: answered } = await askRelay(
    url,
    async (relay) => relay.call((client) => client.registerSignature, request),
    patienceMs,
  );
  if (!equalOctets(answered, id)) throw new MdtError('MDT_SOURCE', 'answered for another statement', { field: url });
  return bytesToHex(id);
}

/**
 * The registration of a signed statement from the relay that was asked for it. It is verified before it is given.
 * @throws MdtError MDT_SOURCE, MDT_CONFIRMATIONS while it is in no block, MDT_NOT_FOUND where the relay has none, and what
 *   verifyRegistration refuses
 */
export async function fetchFrom(url: string, signed: PatSignedStatement, chain: HeaderChain): Promise<PatRegistration> {
  const registration = registrationOf(url, signed, await progressOf(url, signed));
  heldAgainst(registration, { subjectKey: signed.statement.subject_key }, chain, 1);
  return registration;
}

/**
 * What a relay gave is held against the reader's own headers; what it says of confirmations counts for nothing.
 * @throws MdtError as verifyRegistration
 */
export function heldAgainst(
  registration: PatRegistration,
  expected: ExpectedStatement,
  headers: HeaderChain,
  confirmations: number,
): VerifiedRegistration {
  return verifyRegistration(registration, expected, headers, confirmations);
}

/** How far it has come, in the words of the relay. @throws MdtError MDT_SOURCE, and the code with which it refuses */
export async function progressOf(
  url: string,
  signed: PatSignedStatement,
  patienceMs: number = PATIENCE_MS,
): Promise<GetRegistrationResponse> {
  const id = Buffer.from(registrationId(signed));
  return askRelay(
    url,
    async (relay) => relay.call((client) => client.getRegistration, { registrationId: id }),
    patienceMs,
  );
}

/** What both sides know it by (MDT-RLY-029). */
function registrationId({ statement, signature }: PatSignedStatement): Uint8Array {
  return leafHash(verifiedLeaf(statement, hexToBytes(signature)));
}

/**
 * As the relay says; a form that is none is found when it is verified.
 * @throws MdtError MDT_CONFIRMATIONS while it is in no block
 */
export function registrationOf(
  url: string,
  signed: PatSignedStatement,
  { mode, index, path, locator, proof }: GetRegistrationResponse,
): PatRegistration {
  if (!locator || !proof) throw new MdtError('MDT_CONFIRMATIONS', 'it is in no block yet', { field: url });
  return {
    statement: signed.statement,
    signature: signed.signature,
    ...(mode === RegistrationMode.REGISTRATION_MODE_BATCHED && { batch: { index, path: path.map(bytesToHex) } }),
    locator: locatorFrom(locator),
    proof: proofFrom(proof),
  };
}

/** Asks one relay something. @throws MdtError MDT_SOURCE, and the code with which it refuses; `field` is the relay */
export async function askRelay<T>(
  url: string,
  use: (relay: RelayConnection) => Promise<T>,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  const relay = new RelayConnection(relayAddress(url), patienceMs);
  try {
    return await use(relay);
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    const code = error instanceof RelayRefusal ? error.said : error.code;
    throw new MdtError(code, error.message, { field: url, cause: error });
  } finally {
    relay.close();
  }
}
