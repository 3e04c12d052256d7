/** A scenario, or the honest relay that looks like it: what is registered before blocks come, and what is shown after. */
import type { PatRequest } from '../../../reference/gen/schemas.ts';
import { batchOf } from '../../oracle/registration.ts';
import { timeText } from '../../oracle/time-text.ts';
import type { OpenSource } from '../network/header-relay.ts';
import { parametersOf } from '../pat-questions.ts';
import { stated } from '../relay/pat-keys.ts';
import { payloads } from '../relay/payloads.ts';
import type { Mode } from '../relay-double/registrations.ts';
import type { Registering } from './open-registering.ts';
import type { Beside, Given, Kept, Scenario } from './scenario.ts';
import { flipped } from './scenarios.ts';

const LEAF_OCTETS = 129;
/** Blocks upon that of `freshness` of what the kit states. */
const FRESH_DEPTH = 8;
/** For the relay, and for each source; the kit's own patience is longer. */
const PATIENCE_SECONDS = 4;

export interface Play {
  readonly id: string;
  readonly comment: string;
  readonly scenario: Scenario;
  readonly isHonest: boolean;
}

export function playsOf(scenarios: readonly Scenario[], { random }: Registering): Play[] {
  const plays = scenarios.flatMap((scenario): Play[] => [
    { id: scenario.id, comment: scenario.comment, scenario, isHonest: false },
    { id: `${scenario.id} (honest)`, comment: 'and nothing is wrong', scenario, isHonest: true },
  ]);
  const key = ({ id }: Play): string => random.hex(`play/${id}`, 8);
  return plays.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** What every question about the world has. */
export async function ground(
  world: Registering,
): Promise<Required<Pick<PatRequest, 'chain' | 'now' | 'patience_seconds'>>> {
  return {
    chain: { parameters: parametersOf('regtest'), checkpoint: world.checkpoint },
    now: timeText(await world.clock()),
    patience_seconds: PATIENCE_SECONDS,
  };
}

/** What the kit has stated and registered itself, as `label`. */
export async function ofKit(
  world: Registering,
  label: string,
  mode: Mode,
  freshness?: Scenario['freshness'],
): Promise<Kept> {
  const chain = await world.now();
  const height = chain.height - FRESH_DEPTH;
  const named = freshness?.(chain) ?? { height, hash: chain.blocks[height]?.hash ?? '' };
  const one = stated(world.random, label, { genesis: world.genesis, freshness: named });
  const { statement, signature } = one;
  return { signed: { statement, signature: signature.toString('hex') }, id: world.keep(one, mode), mode };
}

/** Whatever else is anchored for the plays of a check; before blocks come. */
export async function besideOf(world: Registering, label: string): Promise<Beside> {
  const [batched, direct] = [await ofKit(world, `${label} batched`, 'BATCHED'), await ofKit(world, label, 'DIRECT')];
  const leaves = ['one', 'other'].map((name) => Buffer.alloc(LEAF_OCTETS, world.random.octets(`${label} ${name}`)));
  const { root, path } = batchOf(leaves, 0);
  const txid = await world.anchor(payloads.patBatch(root.toString('hex'), leaves.length));
  return { batched: batched.id, direct: direct.id, without: { txid, path } };
}

/** The transaction with a signature that is not the client's; before blocks come. */
export async function alteredFor({ scenario, isHonest }: Play, world: Registering, { signed }: Kept): Promise<string> {
  if (scenario.alters !== true || isHonest) return '';
  return world.anchor(payloads.patSignature(flipped(Buffer.from(signed.signature, 'hex')).toString('hex')));
}

/** All that the scenario may be made of, when blocks have come. */
export async function givenFor(world: Registering, own: Kept, beside: Beside, altered: string): Promise<Given> {
  const [honest, ofBatched, ofDirect] = [
    await world.progress(own.id),
    await world.progress(beside.batched),
    await world.progress(beside.direct),
  ];
  return { world, chain: await world.now(), own, beside, altered, honest, ofBatched, ofDirect };
}

/** The relay as the play has it, and what is asked. */
export async function shownBy(
  { scenario, isHonest }: Play,
  given: Given,
): Promise<{ relay: OpenSource; request: Omit<PatRequest, 'id'> }> {
  const { world, own, honest } = given;
  const { answer = () => honest, asked } = isHonest ? {} : scenario;
  const told = answer(given);
  // An ID of another statement is answered, too: whoever has altered something is not told so by its relay.
  const getRegistration = async (): Promise<typeof honest> => told ?? new Promise<never>(() => undefined);
  const relay = await world.front(() => ({ getRegistration }));
  const { signed = own.signed, subjectKey, statementDigest, confirmations } = asked?.(given) ?? {};
  const { statement } = own.signed;
  const request = {
    ...{ op: 'prove_signature' as const, signed, relay: relay.url, sources: [relay.url] as [string] },
    subject_key: subjectKey ?? statement.subject_key,
    statement_digest: statementDigest ?? statement.statement_digest,
    policy: { confirmations: confirmations ?? honest.confirmations },
    ...(await ground(world)),
  };
  return { relay, request };
}
