/** Answers questions about entities line by line, for whoever tests a client (spec/certification.md, "A client"). */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MdtError } from '../core/errors.ts';
import { LOG_CHECKS } from '../core/log/log-questions.ts';
import { answerRegistration } from '../core/pat/registration-question.ts';
import { PART_CHECKS, type Part } from '../core/part-questions.ts';
import { validate } from '../core/schema.ts';
import { verdictOf } from '../core/verification/conclusion.ts';
import type { Verification } from '../core/verification/verify-entity.ts';
import type { PatAnswer, PatRequest } from '../gen/schemas.ts';
import { forgetful } from './state.ts';
import { verifyBundle } from './verify.ts';

const RECORD_OF_NOBODY = 'q0';
/** Parts whose digest is that of a document. */
const DIGESTED: readonly Part[] = ['canonical-json', 'birth-record'];

/** Answers every line of `input` until one asks to close, or it ends. */
export async function answerLines(input: Readable, out: (text: string) => void): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const request = read(line);
    if (request?.op === 'close') return;
    out(`${JSON.stringify(await answerTo(request))}\n`);
  }
}

function read(line: string): PatRequest | undefined {
  try {
    return validate('pat-request', JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

async function answerTo(request: PatRequest | undefined): Promise<PatAnswer> {
  if (request?.op === 'verify_part') return { id: request.id, ...partAnswer(request) };
  if (request?.op === 'verify_log') return { id: request.id, ...logAnswer(request) };
  if (request?.op === 'verify_registration') return { id: request.id, ...registrationAnswer(request) };
  const { id, bundle, chain, policy, pins = [], now, canary } = request ?? { id: RECORD_OF_NOBODY };
  if (!bundle || !chain || !policy || now === undefined) return { id, unsupported: true };
  const verification = await verifyBundle(
    bundle,
    {
      url: bundle.url,
      pins,
      confirmations: policy.confirmations,
      now: Date.parse(now) / 1000,
      bundled: true,
      ...chain,
    },
    [],
    forgetful(canary?.known),
    { canary: canary !== undefined },
  ).catch((error: unknown) => {
    if (error instanceof MdtError) return undefined; // the reader's own checkpoint is none
    throw error;
  });
  return verification ? { id, ...told(verification) } : { id, unsupported: true };
}

/** One part by itself. Of what is learnt only what has a name in an answer is told. */
function partAnswer({ part, input }: PatRequest): Omit<PatAnswer, 'id'> {
  if (part === undefined) return { unsupported: true };
  return answerOf(() => {
    const { digest, tip } = PART_CHECKS[part](input as never) as { digest?: string; tip?: { hash?: string } };
    if (part === 'header-chain') return tip?.hash === undefined ? {} : { tip_hash: tip.hash };
    return DIGESTED.includes(part) && digest !== undefined ? { digest } : {};
  });
}

/** What of a log is shown, held against spec 8.7. */
function logAnswer({ check, input }: PatRequest): Omit<PatAnswer, 'id'> {
  if (check === undefined) return { unsupported: true };
  return answerOf(() => {
    LOG_CHECKS[check](input as never);
    return {};
  });
}

/** A registration of a PAT signature, held against spec 10.4. */
function registrationAnswer({ input }: PatRequest): Omit<PatAnswer, 'id'> {
  return answerOf(() => {
    const { form: _, ...learnt } = answerRegistration(input as never);
    return learnt;
  });
}

function answerOf(look: () => NonNullable<PatAnswer['evidence']>): Omit<PatAnswer, 'id'> {
  try {
    return { verdict: 'VERIFIED', evidence: look() };
  } catch (error) {
    if (error instanceof MdtError) return { verdict: verdictOf(error), code: error.code, evidence: {} };
    if (error instanceof TypeError) return { unsupported: true }; // an input of another form than its check has
    throw error;
  }
}

function told({ verdict }: Verification): Omit<PatAnswer, 'id'> {
  const { verdict: word, code, entity_id, digest, existed_after, existed_before, confirmations, headers } = verdict;
  const evidence = {
    ...(entity_id !== undefined && { entity_id }),
    ...(digest !== undefined && { digest }),
    ...(existed_after !== undefined && { existed_after }),
    ...(existed_before !== undefined && { existed_before }),
    ...(confirmations !== undefined && { confirmations }),
    ...(headers.tip && { tip_hash: headers.tip.hash }),
  };
  return { verdict: word, ...(code !== undefined && { code }), evidence };
}
