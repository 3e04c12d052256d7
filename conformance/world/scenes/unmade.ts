/**
 * What a born target has changed is unmade: a reorganisation takes its SUCCESSOR out when the successor is in force, and
 * later its RETIRE when the end is shown. Each goes twice: to a mempool that keeps it, and with a node that has
 * forgotten it. On a node of the scene's own, whose chain stands still whenever the target is looked at.
 */
import type { Life } from '../../kit/life.ts';
import type { ChainTransaction } from '../chain-index.ts';
import { claims } from '../claims.ts';
import type { HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { comesBack, forgetMempool } from './coming-back.ts';
import { look, recordOnce, type Shown } from './resources.ts';
import { onStage, type Scene } from './scene.ts';
import { BLOCK_EVERY_MS, BREATH_MS, CHANGED_MS, GRACE, STOP_MS, WAITING_MS, WATCH_MS } from './timing.ts';

export type Change = 'successor' | 'retire';

/** What was shown at one moment, the chain standing still. */
export interface Moment {
  readonly what: string;
  readonly shown: Shown;
  /** Anchors in blocks at that moment, and where. */
  readonly anchors: readonly ChainTransaction[];
}

/** A change that was taken out of the chain. */
export interface Unmaking {
  readonly change: Change;
  readonly depth: number;
  readonly forgotten: boolean;
  /** Once the change is out, before any block can bring it back. */
  readonly without: Moment;
  /** Whether it was in the mempool or the chain again. */
  returned: boolean;
  /** Once it is in force again. */
  again?: Moment;
}

export interface UnmadeSeen {
  life?: LifeRecord;
  payment?: Payment;
  /** What it showed before each change. */
  before: Partial<Record<Change, Moment>>;
  unmakings: Unmaking[];
  descendants: ChainTransaction[];
}

/** Member of the hosted record that is there when a change is in force. */
const MARK: Readonly<Record<Change, string>> = { successor: '"predecessors"', retire: '"retirement"' };

/** Output of an anchor that the next one spends. */
const CONTINUATION = 1;

export const unmade: Scene<UnmadeSeen> = {
  title: 'the changes of a target are taken out by reorganisations',
  chain: 'exclusive',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<UnmadeSeen> {
  const seen: UnmadeSeen = { before: {}, unmakings: [], descendants: [] };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    const stage = new Stage(world, subject, born.life, seen);
    for (const change of ['successor', 'retire'] as const)
      if (claims(world, change) && !(await stage.goThrough(change))) break;
    await born.life.stop('SIGTERM', STOP_MS * GRACE);
    seen.life = recordOf(born.life);
  }
  seen.descendants = await subject.descendants(seen.payment);
  return seen;
}

class Stage {
  readonly #world: World;
  readonly #subject: Subject;
  readonly #life: Life;
  readonly #seen: UnmadeSeen;

  constructor(world: World, subject: Subject, life: Life, seen: UnmadeSeen) {
    this.#world = world;
    this.#subject = subject;
    this.#life = life;
    this.#seen = seen;
  }

  /** Whether the change was in force at last. */
  async goThrough(change: Change): Promise<boolean> {
    const before = await this.#moment(`before ${change}`);
    this.#seen.before[change] = before;
    const answer = await this.#life.control({ control: change });
    if (answer?.ok !== true || !(await this.#mineUntilInForce(change, before))) return false;
    for (const forgotten of [false, true]) {
      const found = await this.#unmake(change, before, forgotten);
      this.#seen.unmakings.push(found);
      if (!found.again) return false;
    }
    return true;
  }

  async #unmake(change: Change, before: Moment, forgotten: boolean): Promise<Unmaking> {
    const { regtest, index } = this.#world;
    const height = (await this.#anchors())[before.anchors.length]?.block?.height ?? Infinity;
    const depth = Math.max(0, (await index.tipHeight()) - height + 1);
    await regtest.reorganise(depth);
    if (forgotten) await forgetMempool(this.#world, this.#subject);
    const how = `${String(depth)} blocks, mempool ${forgotten ? 'forgotten' : 'kept'}`;
    await recordOnce(this.#subject, WAITING_MS / 2, ({ body }) => !body.includes(MARK[change]));
    const found: Unmaking = {
      ...{ change, depth, forgotten, returned: false },
      without: await this.#moment(`${change} taken out: ${how}`),
    };
    const upon = { txid: before.anchors.at(-1)?.txid ?? '', vout: CONTINUATION };
    found.returned = await comesBack(this.#world, async () => index.isSpent(upon));
    if (found.returned && (await this.#mineUntilInForce(change, before)))
      found.again = await this.#moment(`${change} in force again: ${how}`, change === 'retire');
    return found;
  }

  /** Until it shows the change and that is deep, of which one that is too early knows only the first. */
  async #mineUntilInForce(change: Change, { anchors: { length } }: Moment): Promise<boolean> {
    const { confirmations } = this.#subject.configuration.policy;
    const release = this.#world.regtest.keepMining(BLOCK_EVERY_MS);
    try {
      const deadline = performance.now() + CHANGED_MS;
      if (!shows(await recordOnce(this.#subject, CHANGED_MS, ({ body }) => body.includes(MARK[change])), change))
        return false;
      while (performance.now() < deadline) {
        const height = (await this.#anchors())[length]?.block?.height ?? Infinity;
        if ((await this.#world.index.tipHeight()) - height + 1 >= confirmations) return true;
        await new Promise((resolve) => setTimeout(resolve, BLOCK_EVERY_MS));
      }
      return false;
    } finally {
      release();
    }
  }

  /**
   * What is shown now; a target that issues one document after another has a little time to be done.
   * @param ended whether the last anchor is a RETIRE, which no record is anchored by
   */
  async #moment(what: string, ended = false): Promise<Moment> {
    const anchors = await this.#anchors();
    const { hash = '' } = anchors.at(ended ? -2 : -1)?.block ?? {};
    const deadline = performance.now() + WATCH_MS;
    for (;;) {
      const shown = await look(this.#world, this.#subject);
      // An IdP's metadata are OpenID's, which name no block, and a relay has none.
      const isIssued = this.#world.target.manifest.role !== 'dta' || names(shown.metadata, hash);
      if (names(shown.record, hash) && isIssued) return { what, shown, anchors };
      if (performance.now() > deadline) return { what, shown, anchors };
      await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    }
  }

  async #anchors(): Promise<ChainTransaction[]> {
    return (await this.#subject.descendants(this.#seen.payment)).filter(({ block }) => block !== undefined);
  }
}

function shows(result: HttpResult, change: Change): boolean {
  return names(result, MARK[change]);
}

function names(result: HttpResult, text: string): boolean {
  return !('failed' in result) && result.body.includes(text);
}
