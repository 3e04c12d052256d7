/** A fault in what a relay answers to a call. */
import type * as proto from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { Fault, Tools } from '../fault.ts';
import { changedMethod } from './method.ts';

/** Calls by the methods of the reference that answer them. */
interface Calls {
  tip: [asked: unknown, answered: proto.GetTipResponse];
  headers: [asked: proto.GetHeadersRequest, answered: proto.GetHeadersResponse];
  find: [asked: proto.FindAnchorsRequest, answered: proto.FindAnchorsResponse];
  status: [asked: proto.GetTransactionStatusRequest, answered: proto.GetTransactionStatusResponse];
  anchorProof: [asked: proto.RelayServiceGetAnchorProofRequest, answered: proto.RelayServiceGetAnchorProofResponse];
  lineageProof: [asked: proto.RelayServiceGetLineageProofRequest, answered: proto.RelayServiceGetLineageProofResponse];
  unspent: [asked: proto.ListUnspentRequest, answered: proto.ListUnspentResponse];
  fee: [asked: proto.EstimateFeeRequest, answered: proto.EstimateFeeResponse];
  broadcast: [asked: proto.BroadcastTransactionRequest, answered: proto.BroadcastTransactionResponse];
  register: [asked: proto.RegisterSignatureRequest, answered: proto.RegisterSignatureResponse];
  registration: [asked: proto.GetRegistrationRequest, answered: proto.GetRegistrationResponse];
}

type Ask<N extends keyof Calls> = (asked: Calls[N][0]) => Promise<Calls[N][1]>;

const HEADERS = ['reference/relay/header-answers.ts', 'HeaderAnswers'] as const;
const ANCHORS = ['reference/relay/anchor-answers.ts', 'AnchorAnswers'] as const;
const NODE = ['reference/relay/node-answers.ts', 'NodeAnswers'] as const;
const REGISTRATIONS = ['reference/relay/registration-answers.ts', 'RegistrationAnswers'] as const;
const ANSWERED_BY: Readonly<Record<keyof Calls, readonly [module: string, className: string]>> = {
  ...{ tip: HEADERS, headers: HEADERS, find: ANCHORS, status: ANCHORS, anchorProof: ANCHORS, lineageProof: ANCHORS },
  ...{ unspent: NODE, fee: NODE, broadcast: NODE, register: REGISTRATIONS, registration: REGISTRATIONS },
};

/** @param change gives what answers in the place of `ask` */
export function changedAnswer<N extends keyof Calls>(
  name: N,
  change: (ask: Ask<N>, tools: Tools) => Ask<N>,
): Fault['replaces'] {
  const [module, className] = ANSWERED_BY[name];
  return changedMethod(module, className, name, (original, tools) => change(original as Ask<N>, tools));
}

/** Where `ask` refuses with one of these codes, `instead` is answered. */
export function forgiving<N extends keyof Calls>(
  name: N,
  codes: RegExp,
  instead: (ask: Ask<N>, asked: Calls[N][0]) => Calls[N][1] | Promise<Calls[N][1]>,
): Fault['replaces'] {
  return changedAnswer(name, (ask, tools) => async (asked) => {
    try {
      return await ask(asked);
    } catch (error) {
      if (!codes.test(codeOf(error))) throw error;
      tools.fired();
      return instead(ask, asked);
    }
  });
}

/** Of an error of the reference. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}

/**
 * A question is answered as it was answered first, whatever became of the chain.
 * @param isLasting which first answer is kept; any, where it is not given
 */
export function asAtFirst<N extends keyof Calls>(
  name: N,
  isLasting: (answered: Calls[N][1]) => boolean = () => true,
): Fault['replaces'] {
  const first = new Map<string, { readonly answered: Calls[N][1]; readonly octets: string }>();
  return changedAnswer(name, (ask, tools) => async (asked) => {
    const answered = await ask(asked);
    const [question, octets] = [printed(asked), printed(answered)];
    const kept = first.get(question);
    if (kept && kept.octets !== octets) tools.fired();
    if (!kept && isLasting(answered)) first.set(question, { answered, octets });
    return kept?.answered ?? answered;
  });
}

function printed(message: unknown): string {
  return JSON.stringify(message, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
