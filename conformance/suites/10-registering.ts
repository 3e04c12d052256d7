/** What a client does that has signatures of its own registered, and proves them: by an honest relay, and by others. */
import { check, type Check, type Suite } from '../kit/check.ts';
import { equal, holds, NotObservable, present, Untestable } from '../kit/expect.ts';
import { sha256 } from '../oracle/digest.ts';
import { readRegistration, statementPreimage } from '../oracle/registration.ts';
import { pointOf, signHash } from '../oracle/signature.ts';
import { parametersOf } from '../world/pat-questions.ts';
import type { Asked } from '../world/pat-session.ts';
import type { Registering } from '../world/registering/open-registering.ts';
import {
  alteredFor,
  besideOf,
  givenFor,
  ground,
  ofKit,
  playsOf,
  shownBy,
  type Play,
} from '../world/registering/play.ts';
import { doubted, type Kept, type Scenario } from '../world/registering/scenario.ts';
import { flipped, REGISTRATIONS } from '../world/registering/scenarios.ts';
import type { Calls } from '../world/relay-double/call-types.ts';
import type { Mode } from '../world/relay-double/registrations.ts';
import type { World } from '../world/world.ts';
import type { PatAnswer, PatRequest } from '../../reference/gen/schemas.ts';
import { said } from './pat-view.ts';
import { READER_QUOTES } from './reader-quotes.ts';

const REGISTERS = 'MDT-PAT-107';

function provingChecks(chapter: string): Check[] {
  const mine = REGISTRATIONS.filter(({ requirement }) => READER_QUOTES[chapter]?.[requirement] !== undefined);
  const groups = Map.groupBy(mine, ({ requirement }) => requirement);
  return [...groups].map(([requirement, scenarios]) =>
    check(
      requirement,
      'registered',
      'it answers what is right and what is not of a signature of its own',
      { quote: READER_QUOTES[chapter]?.[requirement] ?? '', scenes: [], negative: true, feature: 'register' },
      async ({ world, evidence }) => {
        const registering = worldOf(world);
        const plays = playsOf(scenarios, registering);
        evidence('scenarios', plays.map(({ id, comment }) => `${id}: ${comment}`).join('\n'));
        await proven(world, registering, requirement, plays);
      },
    ),
  );
}

const registeringChecks = (quote: string): Check[] => [
  check(
    REGISTERS,
    'register',
    'it states under its key, in the mode that is asked for, and holds the ID of the relay against its own',
    { quote, scenes: [], negative: true, feature: 'register' },
    async ({ world }) => {
      const registering = worldOf(world);
      for (const mode of ['BATCHED', 'DIRECT'] as const) {
        const asked = await register(world, registering, { label: `registered ${mode}`, mode });
        isRegistered(asked, registering, mode);
        const lied = await register(world, registering, { label: `for another ${mode}`, mode, change: anotherId });
        const got = said(answered(lied.asked, 'an ID of another statement'));
        equal(got, said(doubted('MDT_SOURCE')), 'the answer where the relay answers another ID', '/code');
      }
    },
  ),
];

function worldOf({ pat }: World): Registering {
  if (!pat?.registering) throw new Untestable('there is no relay to register by');
  return pat.registering;
}

const anotherId = ({ registerSignature }: Calls): Partial<Calls> => ({
  registerSignature: async (request) => ({
    registrationId: flipped((await registerSignature(request)).registrationId),
  }),
});

interface Stating {
  readonly label: string;
  readonly mode: Mode;
  readonly change?: (calls: Calls) => Partial<Calls>;
}

interface Stated {
  readonly asked: Asked;
  readonly key: Buffer;
  readonly digest: string;
}

/** Has the client state something of the seed under a key of the seed. */
async function register({ pat }: World, world: Registering, { label, mode, change }: Stating): Promise<Stated> {
  const [key, digest] = [world.random.octets(`key of ${label}`), world.random.hex(`what ${label} states`)];
  const relay = await world.front(change);
  try {
    const request: Omit<PatRequest, 'id'> = {
      ...{ op: 'register_signature', secret_key: key.toString('hex'), statement_digest: digest, mode },
      ...{ relay: relay.url, sources: [relay.url], ...(await ground(world)) },
    };
    return { asked: (await pat?.ask(request)) ?? {}, key, digest };
  } finally {
    relay.close();
  }
}

function answered({ answer, instead }: Asked, about: string): PatAnswer {
  if (!answer) holds(false, `no answer about ${about}`, { expected: 'an answer', got: instead });
  if (answer?.unsupported === true) throw new NotObservable('it does not register signatures');
  return answer as PatAnswer;
}

/** MDT-PAT-107, by what the relay has, the oracle's signature and the reader's own chain. */
function isRegistered({ asked, key, digest }: Stated, world: Registering, mode: Mode): void {
  const { registered, verdict, code } = answered(asked, `a registration, ${mode}`);
  const got = registered ? 'registered' : said({ verdict, code });
  equal(got, 'registered', `what an honest relay is asked for, ${mode}`);
  const { signed, registration_id: id } = present(registered, 'registered');
  const { statement, signature } = signed;
  equal(statement.subject_key, pointOf(key).toString('hex'), 'subject_key', '/registered/signed/statement/subject_key');
  equal(statement.statement_digest, digest, 'statement_digest', '/registered/signed/statement/statement_digest');
  const { height, hash } = world.checkpoint;
  equal(statement.chain.checkpoint, { height, hash }, 'checkpoint', '/registered/signed/statement/chain/checkpoint');
  const right = signHash(sha256(statementPreimage(statement)), key).toString('hex');
  equal(signature, right, 'the signature', '/registered/signed/signature');
  const kept = world.kept(id);
  equal(kept?.mode, mode, 'the mode in which the relay keeps it', '/registered/registration_id');
  equal(kept?.signature, signature, 'the signature that the relay keeps', '/registered/registration_id');
}

async function proven(world: World, registering: Registering, label: string, plays: readonly Play[]): Promise<void> {
  const begun: { play: Play; own: Kept; altered: string }[] = [];
  for (const play of plays) {
    const own = await ownOf(world, registering, play, `${label} ${play.id}`);
    begun.push({ play, own, altered: await alteredFor(play, registering, own) });
  }
  const beside = await besideOf(registering, label);
  await registering.settle();
  for (const { play, own, altered } of begun) {
    const { relay, request } = await shownBy(play, await givenFor(registering, own, beside, altered));
    try {
      const about = `${play.comment} (${play.id})`;
      const answer = answered((await world.pat?.ask(request)) ?? {}, about);
      const expected = play.isHonest ? { verdict: 'VERIFIED' } : play.scenario.expected;
      equal(said(answer), said(expected), `the verdict on ${about}`, '/verdict');
      if (play.isHonest) await isProven(answer, registering, request, about);
    } finally {
      relay.close();
    }
  }
}

/** What the client has had registered; where the statement has to be one that a relay would refuse, what the kit has. */
async function ownOf(world: World, registering: Registering, play: Play, label: string): Promise<Kept> {
  const { mode, freshness }: Scenario = play.scenario;
  if (freshness) return ofKit(registering, label, mode, play.isHonest ? undefined : freshness);
  const { asked } = await register(world, registering, { label, mode });
  const { registered } = answered(asked, `a registration, ${mode}`);
  if (!registered) throw new Untestable(`it registered nothing (${REGISTERS})`);
  return { signed: registered.signed, id: registered.registration_id, mode };
}

/** The registration is one that anybody can read, and what is said of it is what they read. */
async function isProven(
  { registration, evidence = {} }: PatAnswer,
  world: Registering,
  { signed, subject_key: key = '', policy }: Omit<PatRequest, 'id'>,
  about: string,
): Promise<void> {
  const shown = present(registration, `the registration of ${about}`);
  equal(shown.statement, signed?.statement, `the statement of ${about}`, '/registration/statement');
  const { headers } = await world.now();
  const { form: _, ...expected } = readRegistration({
    ...{ registration: shown, subject_key: key, parameters: parametersOf('regtest'), checkpoint: world.checkpoint },
    headers: Buffer.concat(headers.slice(1)).toString('hex'),
    ...{ confirmations: policy?.confirmations ?? 1, now: await world.clock() },
  });
  for (const [name, value] of Object.entries(expected))
    equal(evidence[name as keyof typeof evidence], value, `${name} of ${about}`, `/evidence/${name}`);
}

/** Suites for clients that register, one a chapter. */
export const REGISTERING_SUITES: readonly Suite[] = Object.entries(READER_QUOTES).flatMap(([chapter, quotes]) => {
  const quote = quotes[REGISTERS];
  const checks = [...(quote === undefined ? [] : registeringChecks(quote)), ...provingChecks(chapter)];
  return checks.length === 0 ? [] : [{ chapter, checks }];
});
