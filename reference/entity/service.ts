/** An entity as a process: it opens its state, serves, and goes through the ceremony while it watches the chain. */
import type { ChainBackend } from '../chain/chain-backend.ts';
import { BlockWatcher, PACE } from '../chain/block-watcher.ts';
import type { GuardedTip } from '../chain/chain-guard.ts';
import { MdtError } from '../core/errors.ts';
import type { LogPromise } from '../gen/schemas.ts';
import type { Activity, Shown, ShownLog } from '../log/activity.ts';
import type { Act } from '../log/activity-log.ts';
import { Clock } from '../runtime/clock.ts';
import type { ContractOutput } from '../runtime/contract-output.ts';
import { DataDirectory } from '../runtime/data-directory.ts';
import type { RandomSource } from '../runtime/entropy.ts';
import type { Launch } from '../runtime/launch.ts';
import type { Declarations } from '../runtime/control-lines.ts';
import type { Logger } from '../runtime/log.ts';
import { SyncFailure, type Disk } from '../log/disk.ts';
import { Announcements } from './announcements.ts';
import { Ceremony } from './ceremony.ts';
import { Health } from './health.ts';
import { checkOptions } from './identity.ts';
import { startHosts, type Hosts } from './hosts.ts';
import { openState, type OpenedState } from './opened-state.ts';
import { isCurrent, publish } from './publication.ts';
import type { Connected, Role, RoleWork, Served } from './role.ts';
import { Showcase } from './showcase.ts';
import type { Born } from './stage.ts';
import type { EntityState } from './state.ts';
import { Inbox, INBOX_FOLDER } from '../log/inbox.ts';
import { Turns } from './turns.ts';
import { Upkeep } from './upkeep.ts';

export interface ServiceParts {
  readonly role: Role;
  readonly launch: Launch;
  readonly output: ContractOutput;
  readonly log: Logger;
  /** Connects to a node or to relays; late, because loading a client takes longer than listening does. */
  readonly connect: (launch: Launch) => Promise<Connected>;
  readonly randomSource?: RandomSource;
  /** What the files of the log lie on. */
  readonly disk?: Disk;
}

/** How often it is asked whether a period has ended or a STATUS is due, in milliseconds. */
const BEAT_MS = { regtest: 100, elsewhere: 1_000 };

/** What runs once the node is connected. */
interface Living {
  readonly node: ChainBackend;
  readonly state: EntityState;
  readonly ceremony: Ceremony;
  readonly upkeep: Upkeep;
}

/** An entity of one role. */
export class EntityService implements Declarations {
  readonly clock: Clock;
  readonly #parts: ServiceParts;
  readonly #showcase = new Showcase();
  readonly #health: Health;
  readonly #stopping = new AbortController();
  readonly #said: Announcements;
  /** Rejects with what this process cannot go on after. */
  readonly #fatal = Promise.withResolvers<never>();
  #opened: Promise<unknown> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  #directory: DataDirectory | undefined;
  #hosts: Hosts | undefined;
  #living: Living | undefined;
  #activity: Activity | undefined;
  #work: RoleWork | undefined;
  #beating = false;
  /** The record is served. */
  #isBorn = false;
  /** What looks at the chain and writes the state goes one at a time. */
  readonly #turns = new Turns();
  /** Secret `keys.anchor` of the record that is shown. */
  #anchorKey: Uint8Array | undefined;
  /** The last tip under which what is shown was found to be so. */
  #currentUnder: GuardedTip | undefined;

  constructor(parts: ServiceParts) {
    const { configuration } = parts.launch;
    this.#parts = parts;
    this.clock = new Clock(configuration.clock?.offset_seconds);
    this.#health = new Health(configuration.chain.fee_sat_vb, parts.log);
    this.#fatal.promise.catch(() => undefined); // it may come before anybody waits for it
    this.#said = new Announcements(parts, () => {
      this.#hosts?.grpc.setServing(true);
      const { entityId, hosted } = this.#showcase.current();
      return { entityId, record: hosted.sha256 };
    });
  }

  /**
   * Runs until `stop` is called.
   * @throws MdtError MDT_LAUNCH, MDT_STATE, MDT_ENTROPY: what waiting does not mend, a disk that failed to sync too
   */
  async run(): Promise<void> {
    const { launch, log, connect } = this.#parts;
    checkOptions(launch);
    this.#directory = new DataDirectory(launch.configuration.data_dir);
    const opening = openState(this.#directory, this.#parts, this.clock);
    const listening = this.#listen(opening);
    this.#opened = Promise.allSettled([listening, opening]);
    const [{ state, olderKey, entropy, activity }] = await Promise.all([opening, listening]);
    this.#activity = activity;
    const inbox = new Inbox(this.#directory.folder(INBOX_FOLDER));
    this.#parts.output.listening();
    const { chain: node, node: own } = await connect(launch);
    if (own) this.#work?.connect(own);
    const ceremony = new Ceremony({ launch, node, state, clock: this.clock, entropy, log, olderKey });
    const upkeep = new Upkeep({ activity, inbox, ceremony, state, node, clock: this.clock, log });
    this.#living = { node, state, ceremony, upkeep };
    const beats = setInterval(() => this.#beat(), BEAT_MS[this.#pace()]);
    this.#stopping.signal.addEventListener('abort', () => clearInterval(beats));
    await Promise.race([this.#watch(this.#living), this.#fatal.promise]);
  }

  /**
   * Declares a successor, and anchors it where there is coin.
   * @throws MdtError as `Ceremony.declareSuccessor`
   */
  async successor(): Promise<void> {
    await this.#declare(async (ceremony) => ceremony.declareSuccessor());
  }

  /**
   * Ends the entity, and anchors that where there is coin.
   * @throws MdtError as `Ceremony.retire`
   */
  async retire(reason?: string): Promise<void> {
    await this.#declare(async (ceremony) => ceremony.retire(reason === undefined ? {} : { reason }));
  }

  /**
   * Issues a STATUS with these codes, and anchors it where a code triggered.
   * @throws MdtError as Canary.state
   */
  async status(codes: readonly string[]): Promise<void> {
    await this.#whileServed(async (upkeep, stage) => upkeep.stateCodes(stage, codes));
  }

  /** Issues no STATUS any more. */
  async withholdStatus(): Promise<void> {
    await this.#whileServed((upkeep, stage) => upkeep.withhold(stage));
  }

  /**
   * Enters a test entry into the log.
   * @throws MdtError MDT_NOT_READY; MDT_RETIRED once the end is declared; MDT_CONTROL where there is none
   */
  async append(kind: 'person' | 'app' | 'thing', subject: string): Promise<LogPromise> {
    if (this.#parts.role.name === 'relay')
      throw new MdtError('MDT_CONTROL', 'a relay has no log', { field: '/control' });
    return this.#enter({ event: 'test', kind, subject });
  }

  readonly ofRole = (control: string): (() => Promise<void>) | undefined => this.#work?.controls?.get(control);

  readonly #enter = async (act: Act): Promise<LogPromise> => {
    const { log } = this.#visitedLog();
    if (this.#living?.ceremony.isEnding)
      throw new MdtError('MDT_RETIRED', 'the entity has retired', { field: 'retirement' });
    const { stalled } = log;
    try {
      const promise = await log.append(act);
      if (stalled) this.#again();
      return promise;
    } catch (error) {
      if (error instanceof MdtError && error.code === 'MDT_STATE') this.#failed(error);
      throw error;
    }
  };

  async #whileServed(act: (upkeep: Upkeep, stage: Born) => Promise<void> | void): Promise<void> {
    const living = this.#living;
    if (!living) throw new MdtError('MDT_NOT_READY', 'not served yet');
    await this.#turns.take(async () => {
      const stage = await living.ceremony.advance();
      if (stage.at !== 'born' || !living.upkeep.hasStatus) throw new MdtError('MDT_NOT_READY', 'not served yet');
      await act(living.upkeep, stage);
      await this.#goOn(living);
    });
  }

  async #declare(declare: (ceremony: Ceremony) => Promise<void>): Promise<void> {
    const living = this.#living;
    if (!living) throw new MdtError('MDT_NOT_READY', 'not born yet');
    await this.#turns.take(async () => {
      await declare(living.ceremony);
      // It is kept now, and goes on by itself whatever the node says.
      await this.#goOn(living).catch((error: unknown) => this.#failed(error));
    });
  }

  /** Ends `run`, and closes what it opened. Asked twice, it is done once. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#close();
    await this.#stopped;
  }

  async #close(): Promise<void> {
    this.#stopping.abort();
    await this.#opened; // what is still being opened could not be closed
    await Promise.all([this.#hosts?.http.close(), this.#hosts?.grpc.close()]);
    await this.#turns.take(async () => {
      this.#work?.close();
      await this.#activity?.close();
    });
    this.#directory?.close();
  }

  async #listen(opening: Promise<OpenedState>): Promise<void> {
    const { launch, log, role } = this.#parts;
    const onFault = (error: unknown): void => log.error({ err: error }, 'a request failed by a fault of ours');
    const work = await this.#openWork(opening, onFault);
    this.#showcase.madeBy(work?.metadata);
    this.#hosts = await startHosts({
      ...{ launch, role, work, showcase: this.#showcase, onFault },
      ...{ visited: this.#visited, visitedLog: this.#visitedLog },
      health: () => this.#health.document(this.#showcase.publication !== undefined, this.#said.waiting),
    });
    const { http, grpc } = launch.configuration.listen;
    log.info({ http, grpc }, 'listening');
  }

  /** What the role adds, where it adds something: it is kept beside the state, so it is opened after that. */
  async #openWork(opening: Promise<OpenedState>, onFault: (error: unknown) => void): Promise<RoleWork | undefined> {
    const { role, launch, log } = this.#parts;
    if (!role.open || !this.#directory) return undefined;
    const { secrets } = (await opening).state;
    const parts = { directory: this.#directory, launch, clock: this.clock, log, onFault };
    this.#work = await role.open({ ...parts, secrets, served: this.#servedNow, enter: this.#enter });
    return this.#work;
  }

  readonly #servedNow = (): Served => {
    const publication = this.#showcase.current();
    if (this.#anchorKey) return { publication, anchorKey: this.#anchorKey };
    throw new MdtError('MDT_NOT_READY', 'not served yet');
  };

  /** The canary, where the record is served, too. */
  readonly #visited = (): Shown => this.#served().current();

  /** The log, likewise. */
  readonly #visitedLog = (): ShownLog => this.#served().currentLog();

  #served(): Activity {
    this.#showcase.current();
    if (this.#activity) return this.#activity;
    throw new MdtError('MDT_NOT_READY', 'nothing is opened yet');
  }

  #pace(): 'regtest' | 'elsewhere' {
    return this.#parts.launch.network.name === 'regtest' ? 'regtest' : 'elsewhere';
  }

  /** Periods end and STATUSes are due by the clock, and work comes, whether blocks do or not. */
  #beat(): void {
    const living = this.#living;
    if (!living || !this.#isBorn) return;
    if (living.upkeep.isDue()) this.#again();
    else if (this.#work) this.#again(async () => this.#workOn());
  }

  #again(act: (living: Living) => Promise<void> = async (living) => this.#goOn(living)): void {
    const living = this.#living;
    if (!living || this.#beating) return;
    this.#beating = true;
    this.#turns
      .take(async () => act(living))
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#beating = false));
  }

  /** It is said and tried again; after a disk that failed to sync nothing is. */
  #failed(error: unknown): void {
    if (error instanceof SyncFailure) this.#fatal.reject(error);
    else this.#said.failed(error);
  }

  /** Does at every block what can be done; what fails is said with its code and tried again. */
  async #watch(living: Living): Promise<void> {
    const { signal } = this.#stopping;
    const watcher = new BlockWatcher(living.node, PACE[this.#pace()]);
    while (!signal.aborted) {
      const best = await watcher.change(signal);
      if (signal.aborted) return;
      try {
        await this.#turns.take(async () => this.#goOn(living, best));
      } catch (error) {
        this.#said.interrupted();
        this.#failed(error);
        await watcher.retry(signal);
      }
    }
  }

  async #goOn(living: Living, best?: string): Promise<void> {
    const stage = await living.ceremony.advance(best);
    if (stage.at === 'born') return this.#serve(living, stage);
    this.#withdraw();
    this.#said.lack(stage);
    await this.#work?.atTip(await living.node.tip());
  }

  async #serve(living: Living, stage: Born): Promise<void> {
    const { node, ceremony } = living;
    const { inForce, tip, generation, address } = stage;
    const shown = this.#showcase.publication;
    const grown = this.#currentUnder !== undefined && tip.previousHash === this.#currentUnder.hash;
    if (shown === undefined || !(await isCurrent(shown, node, inForce, grown))) {
      this.#showcase.show(await publish(node, this.#parts.launch.network.name, inForce));
      const { records, links, blockHash, confirmations } = inForce;
      const detail = { records: records.length, links: links.length, block: blockHash, confirmations };
      this.#parts.log.info(detail, 'record issued');
    }
    this.#currentUnder = tip;
    this.#anchorKey = living.state.secretKey(inForce.records.length - 1);
    this.#isBorn = true;
    await living.upkeep.keep(stage);
    await this.#work?.atTip(tip);
    this.#said.say(stage, { hasStatus: living.upkeep.hasStatus, stalled: this.#activity?.stalled });
    this.#said.askForWork(this.#work?.lacks());
    await this.#health.observe({
      balance: async () => ceremony.wallets.balance(generation),
      address,
      heartbeatsStopped: stage.heartbeatsStopped === true,
      retired: inForce.retirement !== undefined,
    });
  }

  /** What the role has to do while no block comes; of the lineage nothing has changed. */
  async #workOn(): Promise<void> {
    if (!this.#work || !this.#currentUnder) return;
    await this.#work.atTip(this.#currentUnder);
    this.#said.askForWork(this.#work.lacks());
  }

  #withdraw(): void {
    this.#currentUnder = undefined;
    this.#isBorn = false;
    this.#said.interrupted();
    if (this.#showcase.publication) this.#parts.log.warn('the BIRTH is no longer deep enough: the record is withdrawn');
    this.#showcase.withdraw();
    this.#hosts?.grpc.setServing(false);
  }
}
