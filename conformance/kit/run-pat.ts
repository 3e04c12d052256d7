/** Judges a client under test: the kit asks, and holds the answers against the oracle's. */
import { loadBls } from '../oracle/bls.ts';
import { startChain, startFresh, type Chain } from '../chain/start.ts';
import { claims, type Feature } from '../world/claims.ts';
import { askingAbout } from '../world/live-entity.ts';
import { openNetwork, type OpenNetwork } from '../world/network/open-network.ts';
import { canBeShown } from '../world/shown-questions.ts';
import { Questions, type Asking, type Judge } from '../world/pat-questions.ts';
import { PatSession, type Asked } from '../world/pat-session.ts';
import { Registering } from '../world/registering/open-registering.ts';
import { SeededRandom } from '../world/random.ts';
import type { World } from '../world/world.ts';
import { NotObservable, notStarted } from './expect.ts';
import { buildWorld } from './build-world.ts';
import { judge, type Bench } from './judge.ts';
import { KitError } from './kit-error.ts';
import type { Ledger } from './ledger.ts';
import { openLauncher } from './open-launcher.ts';
import type { RunOptions } from './run-options.ts';
import { partly } from './seen.ts';
import type { Selection } from './selection.ts';
import { JUDGES } from './vector-judges.ts';
import { loadVectors } from './vectors.ts';
import type { ReportCheck } from '../../reference/gen/schemas.ts';

export interface Answered {
  readonly checks: ReportCheck[];
  readonly started: boolean;
  readonly silence: string | undefined;
  readonly overLimits: readonly string[];
}

type Request = Parameters<PatSession['ask']>[0];

/** Everything that a client can be asked about. */
async function loadQuestions(options: RunOptions): Promise<Questions> {
  await loadBls();
  const vectors = loadVectors();
  const testsOf = new Map(vectors.map(({ name, file }) => [name, file.testGroups.flatMap(({ tests }) => tests)]));
  const hosted = ['hosted-record', 'hosted-successor'].map((name) => [name, testsOf.get(name) ?? []]);
  const [verdicts, canaries] = [testsOf.get('verdict') ?? [], testsOf.get('status') ?? []];
  const shown = vectors.flatMap(({ name: file, file: { testGroups } }) =>
    testGroups.flatMap(({ type, tests }) => tests.map((test) => ({ file, type, test }))),
  );
  return new Questions(
    { verdicts, canaries, hosted: Object.fromEntries(hosted), shown: shown.filter(canBeShown) },
    { verdict: JUDGES['verdict'] as Judge, shown: (type, input) => JUDGES[type]?.(input as never) },
    await live(options),
  );
}

/** What is asked about the implementation that stands in the place of the recorded entity, if one does. */
async function live({ counterpart, seed, events, chain: options }: RunOptions): Promise<Asking[]> {
  if (!counterpart) return [];
  const launcher = await openLauncher(counterpart, options.onProgress);
  let chain: Chain | undefined;
  try {
    chain = await startChain(options);
    announce(events, chain);
    return await askingAbout(await buildWorld({ target: counterpart, seed, events, chain: options }, chain, launcher));
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    const what = `the implementation of --with cannot be asked about: ${(cause as Error).message}`;
    throw new KitError('MDT_KIT_TARGET_START', what, { field: '--with', cause });
  } finally {
    await chain?.stop();
    await launcher.close();
  }
}

/** @throws Untestable where it has never answered anything: that says nothing of what this question is about */
async function askStarted(session: PatSession, request: Request): Promise<Asked> {
  const asked = await session.ask(request);
  if (!session.hasAnswered) throw notStarted(session.silence);
  return asked;
}

function announce(events: RunOptions['events'], { way, version, source, ms }: Chain): void {
  events.emit({ type: 'chain_started', way, version, source, ms });
}

/** The worlds that a client goes to itself, each with the node that it is on. */
interface Opened {
  readonly network?: OpenNetwork;
  readonly registering?: Registering;
  close(): Promise<void>;
}

const NETWORK: readonly Feature[] = ['network', 'p2p'];
const REGISTER: readonly Feature[] = ['register'];

/** Opened for a client that is asked to go there, and for no other. */
async function openWorlds(options: RunOptions, { suites }: Selection): Promise<Opened> {
  const { target, seed, events, chain } = options;
  const features = suites.flatMap(({ checks }) => checks.map(({ feature }) => feature));
  const asks = (some: readonly Feature[]): boolean =>
    some.some((feature) => features.includes(feature) && claims({ target }, feature));
  const random = new SeededRandom(seed);
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0)) await end();
  };
  const node = async (): Promise<Chain> => {
    const fresh = await startFresh(chain);
    closing.push(() => fresh.stop());
    announce(events, fresh);
    return fresh;
  };
  try {
    const network = asks(NETWORK) ? await openNetwork(await node(), random) : undefined;
    if (network) closing.unshift(async () => network.close());
    const registering = asks(REGISTER) ? await Registering.open(await node(), random) : undefined;
    if (registering) closing.unshift(async () => registering.close());
    return { ...(network && { network }), ...(registering && { registering }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function askPat(
  options: RunOptions,
  ledger: Ledger,
  selection: Selection,
  knownFailing: Bench['knownFailing'],
): Promise<Answered> {
  const { target, events, seed, bail = false } = options;
  const { suites } = selection;
  const { close, ...opened } = await openWorlds(options, selection);
  const session = new PatSession(target, events);
  const ask = async (request: Request): Promise<Asked> => askStarted(session, request);
  const nothing = (): Promise<never> => Promise.reject(new Error('a client is not staged'));
  try {
    const questions = await loadQuestions(options);
    const world = partly<World>(
      {
        ...{ target, events, random: new SeededRandom(seed), secrets: [], overLimits: [], subjects: new Set() },
        pat: { questions, ask, ...opened },
      },
      () => new NotObservable('a client has no such part'),
    );
    const checks = await judge({
      ...{ world, ledger, suites, knownFailing, bail },
      scheduler: { seen: nothing, more: nothing },
    });
    const { hasAnswered: started, silence, overLimits } = session;
    return { checks, started, silence, overLimits };
  } finally {
    await session.close();
    await close();
  }
}
