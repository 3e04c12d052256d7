/** Answers questions about entities line by line, for whoever tests a client (spec/certification.md, "A client"). */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { headerSource } from '../chain/header-source.ts';
import { MdtError } from '../core/errors.ts';
import { LOG_CHECKS } from '../core/log/log-questions.ts';
import { answerRegistration } from '../core/pat/registration-question.ts';
import { PART_CHECKS, type Part } from '../core/part-questions.ts';
import { validate } from '../core/schema.ts';
import { verdictOf } from '../core/verification/conclusion.ts';
import type { HeaderSource, VerificationRequest } from '../core/verification/request.ts';
import type { Verification } from '../core/verification/verify-entity.ts';
import type { PatAnswer, PatEvidence, PatRequest, PatSource } from '../gen/schemas.ts';
import { proveOwn, registerOwn } from './own-signatures.ts';
import { forgetful, remembering, type VerifierState } from './state.ts';
import { verifyBundle, verifyUrl } from './verify.ts';

const RECORD_OF_NOBODY = 'q0';
/** Parts whose digest is that of a document. */
const DIGESTED: readonly Part[] = ['canonical-json', 'birth-record'];

/** What is remembered, by the name under which it is. */
type Memories = Map<string, VerifierState>;

/** Answers every line of `input` until one asks to close, or it ends. */
export async function answerLines(input: Readable, out: (text: string) => void): Promise<void> {
  const memories: Memories = new Map();
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const request = read(line);
    if (request?.op === 'close') return;
    out(`${JSON.stringify(await answerTo(request, memories))}\n`);
  }
}

function read(line: string): PatRequest | undefined {
  try {
    return validate('pat-request', JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

async function answerTo(request: PatRequest | undefined, memories: Memories): Promise<PatAnswer> {
  if (request === undefined) return { id: RECORD_OF_NOBODY, unsupported: true };
  const { id } = request;
  if (request.op === 'verify_part') return { id, ...partAnswer(request) };
  if (request.op === 'verify_log') return { id, ...logAnswer(request) };
  if (request.op === 'verify_registration') return { id, ...registrationAnswer(request) };
  try {
    if (request.op === 'register_signature') return { id, ...(await registerOwn(request)) };
    if (request.op === 'prove_signature') return { id, ...(await proveOwn(request)) };
    return {
      id,
      ...(request.op === 'verify_entity' ? await entityAnswer(request, memories) : await bundleAnswer(request)),
    };
  } catch (error) {
    if (error instanceof MdtError) return { id, unsupported: true }; // the reader's own checkpoint or a source is none
    throw error;
  }
}

/** @throws MdtError where the reader's own chain is none */
async function bundleAnswer({ bundle, canary, ...rest }: PatRequest): Promise<Omit<PatAnswer, 'id'>> {
  const request = bundle && askedOf({ ...rest, url: bundle.url }, true);
  if (request === undefined || bundle === undefined) return { unsupported: true };
  const asked = { canary: canary !== undefined };
  return told(await verifyBundle(bundle, request, [], forgetful(canary?.known), asked));
}

/** @throws MdtError where the reader's own chain is none, or a source */
async function entityAnswer(asked: PatRequest, memories: Memories): Promise<Omit<PatAnswer, 'id'>> {
  const { canary, memory, sources: urls = [], patience_seconds: seconds = 1 } = asked;
  const request = askedOf(asked, false);
  if (request === undefined) return { unsupported: true };
  const patienceMs = seconds * 1000;
  const sources = urls.map((url) => headerSource(url, request.parameters.genesis, patienceMs));
  const state = memory === undefined ? forgetful(canary?.known) : memoryOf(memory, memories);
  const verification = await verifyUrl(request, sources, state, { canary: canary !== undefined, patienceMs });
  const given = sourcesOf(verification, sources);
  return told(verification, given.length > 0 ? { sources: given } : {});
}

function memoryOf(name: string, memories: Memories): VerifierState {
  const state = memories.get(name) ?? remembering();
  memories.set(name, state);
  return state;
}

/** What a question asks, `undefined` where it lacks something. */
function askedOf(
  { url, chain, policy, pins = [], now }: Omit<PatRequest, 'id' | 'op'>,
  bundled: boolean,
): VerificationRequest | undefined {
  if (url === undefined || !chain || !policy || now === undefined) return undefined;
  const { confirmations } = policy;
  return { url, pins, confirmations, now: Date.parse(now) / 1000, bundled, ...chain };
}

/** Each source of the question, in its order; none where the verdict did not come so far as to ask them. */
function sourcesOf({ verdict }: Verification, asked: readonly HeaderSource[]): PatSource[] {
  return asked.flatMap(({ name }) => {
    const found = verdict.headers.sources.find((each) => each.name === name);
    if (!found) return [];
    const { best, tip, work, code } = found;
    return [{ name, best, ...(tip && { tip_hash: tip.hash }), ...(work && { work }), ...(code && { code }) }];
  });
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
    // An input of another form than its check has.
    if (error instanceof TypeError || error instanceof RangeError) return { unsupported: true };
    throw error;
  }
}

function told({ verdict }: Verification, more: PatEvidence = {}): Omit<PatAnswer, 'id'> {
  const { verdict: word, code, entity_id, digest, existed_after, existed_before, confirmations, headers } = verdict;
  const evidence = {
    ...(entity_id !== undefined && { entity_id }),
    ...(digest !== undefined && { digest }),
    ...(existed_after !== undefined && { existed_after }),
    ...(existed_before !== undefined && { existed_before }),
    ...(confirmations !== undefined && { confirmations }),
    ...(headers.tip && { tip_hash: headers.tip.hash }),
    ...more,
  };
  return { verdict: word, ...(code !== undefined && { code }), evidence };
}
