/** PATs have signatures registered by a relay: right ones and wrong ones, by themselves and in batches, once and again. */
import type {
  GetRegistrationResponse,
  RegisterSignatureRequest,
} from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { RegistrationMode } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { canonicalOctets, sha256 } from '../../oracle/digest.ts';
import { statementPreimage } from '../../oracle/registration.ts';
import { signHash } from '../../oracle/signature.ts';
import type { GrpcResult } from '../grpc-failure.ts';
import { chainTruth, type ChainTruth } from '../relay/chain-truth.ts';
import { HandedWatch, type Handed } from '../relay/handed-watch.ts';
import { registrationId, stated, withHighS, type Stated } from '../relay/pat-keys.ts';
import { Subject } from '../subject.ts';
import type { World } from '../world.ts';
import { RELAY_MS, withRelay, type Answer, type RelayLives, type RelayStage } from './relay-stage.ts';
import { onStage, type Scene } from './scene.ts';
import { GRACE } from './timing.ts';

export const DIRECT: RegistrationMode = RegistrationMode.REGISTRATION_MODE_DIRECT;
export const BATCHED: RegistrationMode = RegistrationMode.REGISTRATION_MODE_BATCHED;

/** A registration that has to be taken. */
export interface Taken extends Stated {
  readonly what: string;
  readonly id: string;
  readonly mode: RegistrationMode;
  readonly result: Answer<'registerSignature'>['result'];
  /** Height of the tip when it was asked for. */
  readonly height: number;
  /** When it was answered, by Date.now(). */
  readonly at: number;
}

/** One that must not be. */
export interface Refused {
  readonly what: string;
  readonly requirement: string;
  readonly code: number;
  readonly reason: string;
  readonly result: GrpcResult<unknown>;
}

/** What GetRegistration told at one moment, the chain standing still. */
export interface RegistrationMoment {
  readonly what: string;
  readonly each: readonly { readonly id: string; readonly result: GrpcResult<GetRegistrationResponse> }[];
  readonly truth: ChainTruth;
}

export interface RelayRegisteringSeen extends RelayLives {
  /** Whether the terms offer DIRECT. */
  direct: boolean;
  taken: Taken[];
  /** Asked for once more, each with the ID that it has. */
  again: { what: string; id: string; result: Answer<'registerSignature'>['result'] }[];
  refused: Refused[];
  moments: RegistrationMoment[];
  /** What came into the mempool, from the first registration on. */
  handed: readonly Handed[];
  /** Heights of the blocks that came after a registration, and when each came, by Date.now(). */
  blocks: { height: number; at: number }[];
  /** The chain at the end. */
  end?: ChainTruth;
}

const INVALID_ARGUMENT = 3;
const ALREADY_EXISTS = 6;
const FAILED_PRECONDITION = 9;
const MAIN = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';
/** Blocks upon the block of `freshness`: of one that is taken, and of one that is too young by any way of counting. */
const DEEP = 6;
const SHALLOW = 5;
const LAST_BLOCKS = 5;

export const relayRegistering: Scene<RelayRegisteringSeen> = {
  title: 'PATs have signatures registered by a relay',
  chain: 'exclusive',
  profile: 'relay',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<RelayRegisteringSeen> {
  const seen: RelayRegisteringSeen = {
    ...{ configuration: subject.configuration, lives: [], direct: false, taken: [], again: [] },
    ...{ refused: [], moments: [], handed: [], blocks: [] },
  };
  await withRelay(world, subject, seen, async (stage) => {
    const terms = await stage.client.ask('getTerms');
    seen.direct = !('failed' in terms) && terms.value.modes.includes(DIRECT);
    await world.regtest.mine(DEEP);
    await stage.settled();
    const watch = new HandedWatch(world);
    try {
      await new Registering(stage, seen, watch).all();
    } finally {
      await watch.stop();
      seen.handed = watch.all;
    }
    seen.end = await chainTruth(world);
  });
  return seen;
}

class Registering {
  readonly #stage: RelayStage;
  readonly #seen: RelayRegisteringSeen;
  readonly #watch: HandedWatch;

  constructor(stage: RelayStage, seen: RelayRegisteringSeen, watch: HandedWatch) {
    this.#stage = stage;
    this.#seen = seen;
    this.#watch = watch;
  }

  async all(): Promise<void> {
    await this.#refusals();
    const several = await Promise.all(['B1', 'B2', 'B3', 'B4', 'B5'].map((label) => this.#take(label, BATCHED)));
    const keyed = await this.#take('B6', BATCHED, Buffer.from('a key of its own'));
    await this.#conflicts(keyed);
    const directs = this.#seen.direct ? [await this.#take('D1', DIRECT), await this.#take('D2', DIRECT)] : [];
    await this.#again(several[0], BATCHED);
    if (this.#seen.direct) await this.#again(several[1], DIRECT);
    await this.#again(directs[0], DIRECT);
    await this.#again(directs[1], BATCHED);
    await this.#moment('at once');
    await this.#come((handed) => handed.filter(({ kind }) => kind === 0x10).length >= directs.length);
    await this.#block('the first block', 1);
    await this.#take('B7', BATCHED);
    await this.#take('B8', BATCHED);
    await this.#pause(); // long enough for a relay that makes a batch of each
    await this.#block('the second block', 2);
    await this.#block('the third block', 2);
    await this.#again(several[0], BATCHED);
    await this.#again(directs[0], DIRECT);
    await this.#pause();
    await this.#block('the fourth block', 2);
    await this.#stage.world.regtest.mine(LAST_BLOCKS);
    await this.#stage.settled();
    await this.#moment('when all is deep');
  }

  /** Mines one block, and waits until there are so many batches in all or the time for them is over. */
  async #block(what: string, batches: number): Promise<void> {
    const { world } = this.#stage;
    await world.regtest.mine(1);
    this.#seen.blocks.push({ height: await world.index.tipHeight(), at: Date.now() });
    await this.#stage.settled();
    await this.#come(
      (handed) => new Set(handed.filter(({ kind }) => kind === 0x11).map(({ body }) => body)).size >= batches,
    );
    await this.#moment(what);
  }

  /** Until the mempool has had what is waited for, at the longest as long as a relay may take. */
  async #come(isThere: (handed: readonly Handed[]) => boolean): Promise<void> {
    await this.#stage.soon(async () => (isThere(this.#watch.all) ? true : undefined));
  }

  async #take(label: string, mode: RegistrationMode, idempotencyKey: Buffer = Buffer.alloc(0)): Promise<Taken> {
    const one = await this.#stated(label);
    const height = await this.#stage.world.index.tipHeight();
    const result = await this.#register(one, { mode, idempotencyKey });
    const taken = { ...one, what: label, id: registrationId(one), mode, result, height, at: Date.now() };
    this.#seen.taken.push(taken);
    return taken;
  }

  async #again(one: Taken | undefined, mode: RegistrationMode): Promise<void> {
    if (!one) return;
    const what = `${one.what} once more, ${mode === DIRECT ? 'DIRECT' : 'BATCHED'}`;
    this.#seen.again.push({ what, id: one.id, result: await this.#register(one, { mode }) });
  }

  /** The key of a request that was taken, with something else in it; and with the same. */
  async #conflicts(one: Taken): Promise<void> {
    const idempotencyKey = Buffer.from('a key of its own');
    const other = await this.#stated('another with that key');
    const refused = { requirement: 'MDT-RLY-030', code: ALREADY_EXISTS, reason: 'MDT_IDEMPOTENCY_KEY' };
    const result = await this.#register(other, { mode: BATCHED, idempotencyKey });
    this.#seen.refused.push({ ...refused, what: 'another statement with that key', result });
    if (this.#seen.direct)
      this.#seen.refused.push({
        ...{ ...refused, what: 'another mode with that key' },
        result: await this.#register(one, { mode: DIRECT, idempotencyKey }),
      });
    const same = await this.#register(one, { mode: BATCHED, idempotencyKey });
    this.#seen.again.push({ what: 'B6 with its key', id: one.id, result: same });
  }

  async #refusals(): Promise<void> {
    const one = await this.#stated('what is refused');
    const key = this.#stage.world.random.octets('key of the PAT what is refused');
    const resigned = (statement: object): Stated => {
      const changed = statement as Stated['statement'];
      return {
        statement: changed,
        octets: canonicalOctets(changed),
        signature: signHash(sha256(statementPreimage(changed)), key),
      };
    };
    const tip = await this.#stage.world.index.tipHeight();
    const shallow = await this.#stage.world.index.blockAt(tip - SHALLOW);
    const { statement, octets, signature } = one;
    const { statement_digest: _, ...short } = statement;
    const twice = Buffer.from(octets.toString().replace('{', `{"type":"milagro-pat-statement",`));
    const wrong: Record<string, [Stated, string, string, number?]> = {
      'no JSON': [{ ...one, octets: Buffer.from('a statement') }, 'MDT-RLY-020', 'MDT_NOT_JSON'],
      'a member twice': [{ ...one, octets: twice }, 'MDT-RLY-020', 'MDT_DUPLICATE_MEMBER'],
      'a member that nobody knows': [resigned({ ...statement, more: 1 }), 'MDT-RLY-020', 'MDT_UNKNOWN_MEMBER'],
      'a member too few': [resigned(short), 'MDT-RLY-020', 'MDT_SCHEMA'],
      'another type': [resigned({ ...statement, type: 'milagro-status' }), 'MDT-RLY-020', 'MDT_SCHEMA'],
      'octets beyond the cap': [
        resigned({ ...statement, ext: { long: 'x'.repeat(17_000) } }),
        'MDT-RLY-020',
        'MDT_DOCUMENT_TOO_LARGE',
      ],
      'another chain': [
        resigned({ ...statement, chain: { ...statement.chain, genesis: MAIN } }),
        'MDT-RLY-020',
        'MDT_WRONG_CHAIN',
        FAILED_PRECONDITION,
      ],
      'a checkpoint of another chain': [
        resigned({ ...statement, chain: { ...statement.chain, checkpoint: { height: 1, hash: 'cd'.repeat(32) } } }),
        'MDT-RLY-020',
        'MDT_WRONG_CHAIN',
        FAILED_PRECONDITION,
      ],
      'a signature of something else': [
        { ...one, signature: (await this.#stated('something else')).signature },
        'MDT-RLY-021',
        'MDT_SIGNATURE',
      ],
      'a high s': [{ ...one, signature: withHighS(signature) }, 'MDT-RLY-021', 'MDT_SIGNATURE_HIGH_S'],
      'a block of no chain': [
        resigned({ ...statement, freshness: { ...statement.freshness, hash: 'ab'.repeat(32) } }),
        'MDT-RLY-022',
        'MDT_FRESHNESS',
      ],
      'a block at another height': [
        resigned({ ...statement, freshness: { ...statement.freshness, height: statement.freshness.height - 1 } }),
        'MDT-RLY-022',
        'MDT_FRESHNESS',
      ],
      'a block that is too young': [
        resigned({ ...statement, freshness: { height: shallow.height, hash: shallow.hash } }),
        'MDT-RLY-022',
        'MDT_FRESHNESS',
      ],
    };
    for (const [what, [asked, requirement, reason, code = INVALID_ARGUMENT]] of Object.entries(wrong)) {
      const result = await this.#register(asked, { mode: BATCHED });
      this.#seen.refused.push({ what, requirement, reason, code, result });
    }
  }

  async #register(
    { octets: statement, signature }: Stated,
    rest: Partial<RegisterSignatureRequest>,
  ): Promise<Answer<'registerSignature'>['result']> {
    return this.#stage.client.ask('registerSignature', { statement, signature, ...rest });
  }

  async #stated(label: string): Promise<Stated> {
    const { world } = this.#stage;
    const { height, hash } = await world.index.blockAt((await world.index.tipHeight()) - DEEP);
    return stated(world.random, label, { genesis: world.genesis, freshness: { height, hash } });
  }

  async #moment(what: string): Promise<void> {
    const each: { id: string; result: GrpcResult<GetRegistrationResponse> }[] = [];
    for (const { id } of this.#seen.taken) {
      const registration = { registrationId: Buffer.from(id, 'hex') };
      each.push({ id, result: await this.#stage.client.ask('getRegistration', registration) });
    }
    this.#seen.moments.push({ what, each, truth: await chainTruth(this.#stage.world) });
  }

  async #pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, (RELAY_MS / 5) * GRACE));
  }
}
