/** What a client answers: of each requirement on readers, a bundle that it has to refuse and one that differs and is right. */
import { check, type Check, type Suite } from '../kit/check.ts';
import { equal, holds, NotObservable, Untestable } from '../kit/expect.ts';
import type { World } from '../world/world.ts';
import type { Question } from '../world/pat-question.ts';
import { said } from './pat-view.ts';
import { READER_QUOTES } from './reader-quotes.ts';

/** What nothing shows that is handed to a client. */
const ONLY_IN_THE_NETWORK: readonly string[] = [
  'MDT-HST-101',
  'MDT-PAT-107',
  'MDT-VER-102',
  'MDT-VER-105',
  'MDT-VER-110',
];

/** Suites for clients, one a chapter; each check asks its questions in an order of the run's seed. */
export const PAT_SUITES: readonly Suite[] = Object.entries(READER_QUOTES).map(([chapter, quotes]) => ({
  chapter,
  checks: Object.entries(quotes).flatMap(([requirement, quote]) =>
    ONLY_IN_THE_NETWORK.includes(requirement) ? [] : [answersTo(requirement, quote)],
  ),
}));

function answersTo(requirement: string, quote: string): Check {
  return check(
    requirement,
    'answers',
    'it answers what is right and what is not as it has to',
    { quote, scenes: [], negative: true },
    async ({ world, evidence }) => {
      const questions = await chosen(world, requirement);
      evidence('questions', questions.map(({ vector, comment }) => `${vector}: ${comment}`).join('\n'));
      for (const question of questions) await answered(world, question);
    },
  );
}

/** In an order of the run's seed, so that right ones and wrong ones come in none that could be told. */
async function chosen({ pat, random }: World, requirement: string): Promise<Question[]> {
  const asked = (await pat?.questions.about(requirement)) ?? [];
  if (asked.length === 0) throw new Untestable('there is no vector that can be asked about');
  const key = ({ vector }: Question): string => random.hex(`${requirement}/${vector}`, 8);
  return asked.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

async function answered({ pat }: World, { vector, comment, request, expected }: Question): Promise<void> {
  const about = `${comment} (vector ${vector})`;
  const { answer, instead } = (await pat?.ask(request)) ?? {};
  if (!answer) {
    holds(false, `no answer about ${about}`, { expected: expected.verdict, got: instead });
    return;
  }
  if (answer.unsupported === true)
    throw new NotObservable(`it does not know ${request.op}${request.canary ? ' with a canary' : ''}`);
  const { verdict, code, evidence = {} } = answer;
  equal(said({ verdict, code }), said(expected), `the verdict on ${about}`, '/verdict');
  const { entity_id, digest, existed_after, existed_before, confirmations, headers } = expected;
  const wanted = { entity_id, digest, existed_after, existed_before, confirmations, tip_hash: headers?.tip?.hash };
  for (const [name, value] of Object.entries(wanted))
    // Of an entity all of it is compared; of a part, what there is to learn of it.
    if (entity_id !== undefined || value !== undefined)
      equal(evidence[name as keyof typeof evidence], value, `${name} of ${about}`, `/evidence/${name}`);
}
