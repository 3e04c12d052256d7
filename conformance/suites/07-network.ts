/** What a client answers that goes to hosts and sources itself: each scenario, and the honest world that looks like it. */
import { check, type Check, type Suite } from '../kit/check.ts';
import { equal, holds, NotObservable, Untestable } from '../kit/expect.ts';
import {
  expectedEvidence,
  rememberedAfter,
  type ExpectedEvidence,
  type ExpectedSource,
} from '../world/network/expected-answer.ts';
import type { OpenNetwork } from '../world/network/open-network.ts';
import { timeText } from '../oracle/time-text.ts';
import { control, type Scenario, type Step } from '../world/network/scenario.ts';
import { SCENARIOS } from '../world/network/scenarios/index.ts';
import { parametersOf } from '../world/pat-questions.ts';
import type { World } from '../world/world.ts';
import type { PatAnswer, PatEvidence, PatSource } from '../../reference/gen/schemas.ts';
import { READER_QUOTES } from './reader-quotes.ts';
import { said } from './pat-view.ts';

/** For a host, and for each source; the kit's own patience is longer. */
const PATIENCE_SECONDS = 3;

/** A scenario, or the honest world that looks like it: one after the other in an order of the seed. */
interface Play {
  readonly id: string;
  readonly comment: string;
  readonly steps: readonly Step[];
}

function networkChecks(chapter: string): Check[] {
  const mine = SCENARIOS.filter(({ requirement }) => READER_QUOTES[chapter]?.[requirement] !== undefined);
  const groups = Map.groupBy(mine, ({ requirement, feature }) => `${requirement} ${feature}`);
  return [...groups.values()].map((scenarios) => {
    const [{ requirement, feature }] = scenarios as [Scenario];
    return check(
      requirement,
      feature,
      feature === 'p2p'
        ? 'it answers what is right and what is not by nodes of the P2P network'
        : 'it answers what is right and what is not where it goes itself',
      { quote: READER_QUOTES[chapter]?.[requirement] ?? '', scenes: [], negative: true, feature },
      async ({ world, evidence }) => {
        const network = world.pat?.network;
        if (!network) throw new Untestable('there is no chain to ask about');
        const plays = playsOf(scenarios, network, world);
        evidence('scenarios', plays.map(({ id, comment }) => `${id}: ${comment}`).join('\n'));
        for (const play of plays) await played(world, network, play);
      },
    );
  });
}

function playsOf(scenarios: readonly Scenario[], network: OpenNetwork, { random }: World): Play[] {
  const plays = scenarios.flatMap(({ id, comment, steps }): Play[] => {
    const tried = steps(network);
    const honest = tried.map((each) => control(network, each));
    return [
      { id, comment, steps: tried },
      { id: `${id} (honest)`, comment: 'and nothing is wrong', steps: honest },
    ];
  });
  const key = ({ id }: Play): string => random.hex(`play/${id}`, 8);
  return plays.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

async function played(world: World, network: OpenNetwork, { id, comment, steps }: Play): Promise<void> {
  const memory = steps.length > 1 ? world.random.hex(`memory/${id}`, 8) : undefined;
  let remembered: Buffer[] = [];
  for (const [index, step] of steps.entries()) {
    const about = `${comment} (${id}${steps.length > 1 ? `, question ${String(index + 1)}` : ''})`;
    await asked(world, network, { step, memory, remembered, about });
    if (memory !== undefined) remembered = rememberedAfter(step, remembered);
  }
}

interface Asking {
  readonly step: Step;
  readonly memory: string | undefined;
  readonly remembered: readonly Buffer[];
  readonly about: string;
}

async function asked(
  { pat }: World,
  { host }: OpenNetwork,
  { step, memory, remembered, about }: Asking,
): Promise<void> {
  const opened = await Promise.all(step.sources.map((source) => source.open()));
  try {
    const urls = opened.map(({ url }) => url);
    host.serve(step.answers);
    const { answer, instead } =
      (await pat?.ask({
        op: 'verify_entity',
        url: step.url,
        sources: urls as [string, ...string[]],
        chain: { parameters: parametersOf('regtest'), checkpoint: step.checkpoint },
        policy: { confirmations: step.confirmations },
        pins: [...step.pins],
        now: timeText(step.now),
        patience_seconds: PATIENCE_SECONDS,
        ...(memory !== undefined && { memory }),
        ...(step.canary && { canary: { known: [] } }),
      })) ?? {};
    if (!answer) {
      holds(false, `no answer about ${about}`, { expected: said(step.expected[0]), got: instead });
      return;
    }
    if (answer.unsupported === true) throw new NotObservable('it does not know verify_entity');
    await compared(answer, { step, memory, remembered, about }, urls);
  } finally {
    for (const source of opened) source.close();
  }
}

async function compared(
  answer: PatAnswer,
  { step, remembered, about }: Asking,
  urls: readonly string[],
): Promise<void> {
  const { verdict, code, evidence = {} } = answer;
  const got = said({ verdict, code });
  const expectation = step.expected.find((each) => said(each) === got);
  if (!expectation) return equal(got, step.expected.map(said).join(', or '), `the verdict on ${about}`, '/verdict');
  const expected = await expectedEvidence(step, expectation, urls, remembered);
  if (expected) heldAgainst(evidence, expected, about);
}

function heldAgainst(evidence: PatEvidence, { sources, ...expected }: ExpectedEvidence, about: string): void {
  for (const name of MEMBERS) equal(evidence[name], expected[name], `${name} of ${about}`, `/evidence/${name}`);
  const given = evidence.sources ?? [];
  equal(
    given.map(({ name }) => name),
    sources.map(({ name }) => name),
    `the sources of ${about}`,
    '/evidence/sources',
  );
  for (const [index, source] of sources.entries()) sourceHeld(given[index], source, index, about);
}

const MEMBERS = ['entity_id', 'digest', 'existed_after', 'existed_before', 'confirmations', 'tip_hash'] as const;

function sourceHeld(given: PatSource | undefined, expected: ExpectedSource, index: number, about: string): void {
  const field = `/evidence/sources/${String(index)}`;
  const what = (member: string): string => `${member} of source ${String(index + 1)} of ${about}`;
  if (expected.code === 'any')
    holds(given?.code !== undefined, `source ${String(index + 1)} failed and no code says so, ${about}`, {
      ...{ expected: 'a code', got: given?.code, field: `${field}/code` },
    });
  else if (expected.code !== 'some') equal(given?.code, expected.code, what('the code'), `${field}/code`);
  if (expected.isOpen) return;
  equal(given?.best, expected.best, what('best'), `${field}/best`);
  // Of one that has nothing new for the reader it depends on what it was asked.
  if (!expected.best && given?.tip_hash === undefined) return;
  equal(given?.tip_hash, expected.tip_hash, what('tip_hash'), `${field}/tip_hash`);
  equal(given?.work, expected.work, what('work'), `${field}/work`);
}

/** Suites for clients in the network, one a chapter. */
export const NETWORK_SUITES: readonly Suite[] = Object.keys(READER_QUOTES).flatMap((chapter) => {
  const checks = networkChecks(chapter);
  return checks.length === 0 ? [] : [{ chapter, checks }];
});
