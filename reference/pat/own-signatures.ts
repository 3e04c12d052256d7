/** A PAT's own signatures as whoever tests a client asks for them: registered by a relay, and proven later (spec chapter 10). */
import { hexToBytes } from '@noble/hashes/utils.js';
import { headerSource } from '../chain/header-source.ts';
import { RelayRefusal } from '../chain/relay-client.ts';
import { MdtError } from '../core/errors.ts';
import type { HeaderChain } from '../core/header-chain.ts';
import { checkStatement } from '../core/pat/registration.ts';
import { verdictOf } from '../core/verification/conclusion.ts';
import type { PatAnswer, PatRegistration, PatRequest, PatSignedStatement } from '../gen/schemas.ts';
import { readHeaders, stateNow } from './registrations.ts';
import { heldAgainst, progressOf, registerBy, registrationOf } from './relay-registrations.ts';

type Said = Omit<PatAnswer, 'id'>;

const MODES = { DIRECT: 'direct', BATCHED: 'batched' } as const;
const MS = 1000;

/** States under the key, and has a relay keep it. @throws MdtError where a source is none */
export async function registerOwn(asked: PatRequest): Promise<Said> {
  const { secret_key: secret, statement_digest: digest, mode, relay, chain: own } = asked;
  if (secret === undefined || digest === undefined || mode === undefined || relay === undefined || own === undefined)
    return { unsupported: true };
  const { patienceMs, now, look } = aheadOf(asked, own);
  return saidOf(async () => {
    const headers = await look();
    const stating = { secretKey: hexToBytes(secret), statementDigest: hexToBytes(digest), now };
    const signed = stateNow(headers, own, stating);
    return { registered: { signed, registration_id: await registerBy(relay, signed, MODES[mode], patienceMs) } };
  });
}

/** The registration of what was stated, with what is learnt from it. @throws MdtError where a source is none */
export async function proveOwn(asked: PatRequest): Promise<Said> {
  const { signed, subject_key: subjectKey, statement_digest: digest, relay, chain: own, policy } = asked;
  if (!signed || subjectKey === undefined || relay === undefined || !own || !policy) return { unsupported: true };
  const expected = { subjectKey, ...(digest !== undefined && { statementDigest: digest }) };
  const { patienceMs, look } = aheadOf(asked, own);
  return saidOf(async () => {
    const headers = await look();
    checkStatement(signed.statement, signed.signature, expected, headers);
    const registration = await registrationBy(relay, signed, patienceMs);
    const { form: _, ...evidence } = heldAgainst(registration, expected, headers, policy.confirmations);
    return { verdict: 'VERIFIED', evidence, registration };
  });
}

/** @throws MdtError MDT_SOURCE, and MDT_CONFIRMATIONS while it is in no block */
async function registrationBy(url: string, signed: PatSignedStatement, patienceMs: number): Promise<PatRegistration> {
  return registrationOf(url, signed, await progressOf(url, signed, patienceMs));
}

/** @throws MdtError where a source is none */
function aheadOf(
  { sources, now: clock = '', patience_seconds: seconds = 1 }: PatRequest,
  own: NonNullable<PatRequest['chain']>,
): { now: number; patienceMs: number; look: () => Promise<HeaderChain> } {
  const [patienceMs, now] = [seconds * MS, Date.parse(clock) / MS];
  const asked = (sources ?? []).map((url) => headerSource(url, own.parameters.genesis, patienceMs));
  return { now, patienceMs, look: async () => (await readHeaders(own, asked, now)).chain };
}

/** A relay's refusal is its word, and no more than a doubt. */
async function saidOf(work: () => Promise<Said>): Promise<Said> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    const isWord = error.cause instanceof RelayRefusal;
    return { verdict: isWord ? 'UNKNOWN' : verdictOf(error), code: error.code, evidence: {} };
  }
}
