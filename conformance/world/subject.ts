/**
 * The target as one scene meets it: its own data directory, addresses, gateway to bitcoind and planted
 * secrets. It may live several lives (restarts, kills) on the same data directory.
 */
import type {
  FundingEvent,
  LaunchConfiguration,
  ListeningEvent,
  ReadyEvent,
  TargetLine,
  WaitingEvent,
} from '../../reference/gen/schemas.ts';
import { ChainGateway } from '../chain/gateway.ts';
import { Enough } from '../kit/enough.ts';
import type { NewEvent } from '../kit/events.ts';
import type { Place } from '../kit/launcher.ts';
import type { Exit, Life, TimedLine } from '../kit/life.ts';
import { redactLine } from '../kit/schema-redaction.ts';
import { SecretWatch, type Secret } from '../kit/secrets.ts';
import { removeTemporaryFolder, temporaryFolder } from '../kit/target-process-guard.ts';
import { claims } from './claims.ts';
import { walkFolder, type KeptFolder } from './data-folder.ts';
import type { HeadAnswer, HttpFailure, HttpResult } from './http-client.ts';
import type { ChainTransaction } from './chain-index.ts';
import { recordOf } from './life-record.ts';
import { removeFolder } from './remove-folder.ts';
import { describeSilence, tellingLine } from './silence.ts';
import { Visitor } from './visitor.ts';
import { WireLog } from './wire-log.ts';
import type { World } from './world.ts';

/** What the kit pays for one funding event at the most, and the least that is no dust. */
export const MOST_SAT = 100_000_000;
const LEAST_SAT = 294;

/** For how long a target's first line is waited for (MDT-TGT-001). */
const LISTENING_MS = 10_000;

/** Few confirmations, legal on regtest only, and periods so long that no heartbeat comes into a scene that is not about heartbeats. */
const POLICY: LaunchConfiguration['policy'] = {
  log_period_seconds: 3_600,
  anchor_period_seconds: 86_400,
  canary_max_age_seconds: 273_600,
  confirmations: 2,
  channel_confirmations: 3,
};

export const isListening = (line: TargetLine): line is ListeningEvent => 'event' in line && line.event === 'listening';
export const isFunding = (line: TargetLine): line is FundingEvent => 'event' in line && line.event === 'funding';
export const isReady = (line: TargetLine): line is ReadyEvent => 'event' in line && line.event === 'ready';
export const isWaiting = (line: TargetLine): line is WaitingEvent => 'event' in line && line.event === 'waiting';

/** A `waiting` event with this code. */
export const waitsFor =
  (code: string) =>
  (line: TargetLine): line is WaitingEvent =>
    isWaiting(line) && line.code === code;

export interface Payment {
  txid: string;
  vout: number;
  address: string;
  sat: number;
  /** Height of the tip when it was paid. */
  height: number;
}

type Access = NonNullable<LaunchConfiguration['registration']>['access'];

export class Subject extends Visitor {
  readonly scene: string;
  readonly configuration: LaunchConfiguration;
  readonly gateway: ChainGateway;
  readonly dataDir: string;
  readonly lives: Life[] = [];
  /** What lay in the data directory whenever it was searched. */
  readonly kept: KeptFolder[] = [];
  readonly #world: World;
  readonly #place: Place;
  /** The line on standard error that says most of why it ended, secrets blotted out. */
  #lastWords = '';
  /** For how long its first life ran. */
  #ranMs: number | undefined;
  #over = false;

  private constructor(
    world: World,
    scene: string,
    parts: {
      configuration: LaunchConfiguration;
      secrets: Secret[];
      gateway: ChainGateway;
      dataDir: string;
      place: Place;
    },
  ) {
    const secrets = new SecretWatch(parts.secrets);
    super(parts.configuration.public, secrets, new WireLog(world.events, scene, secrets));
    world.secrets.push(secrets);
    this.#world = world;
    this.scene = scene;
    this.configuration = parts.configuration;
    this.gateway = parts.gateway;
    this.dataDir = parts.dataDir;
    this.#place = parts.place;
    world.subjects.add(this);
  }

  /**
   * @param policy what its scene needs otherwise than most do
   * @param access who may register at an IdP
   */
  static async create(
    world: World,
    scene: string,
    policy: Partial<LaunchConfiguration['policy']> = {},
    access: Access = 'open',
  ): Promise<Subject> {
    const gateway = await ChainGateway.start(world.chain.targetRpc, world.launcher.hostAddress);
    const dataDir = temporaryFolder('milagro-target-');
    const place = await world.launcher.place(dataDir);
    const { configuration, secrets } = configure(world, scene, { gateway, place, policy, access });
    return new Subject(world, scene, { configuration, secrets, gateway, dataDir, place });
  }

  /** Ends it, because nobody needs more of it: its scene learns that at its next step, by `Enough`. */
  giveUp(): void {
    this.#over = true;
    void this.#killAll();
  }

  launch(firstLine: LaunchConfiguration | string = this.configuration): Life {
    this.#goesOn();
    const began = performance.now();
    const sink = (stream: 'stdin' | 'stdout' | 'stderr' | 'exit', text: string): void => {
      if (stream === 'stderr') this.#lastWords = tellingLine(this.#lastWords, text);
      if (stream === 'exit') this.#ranMs ??= performance.now() - began;
      this.#note(stream, stream === 'stdin' ? redactLine('control-line', text) : text);
    };
    const line = typeof firstLine === 'string' ? firstLine : JSON.stringify(firstLine);
    this.#note('stdin', this.secrets.redact(redactLine('launch-configuration', line)));
    const life = this.#place.launch(firstLine, this.secrets, sink);
    this.lives.push(life);
    void life.line(isListening, LISTENING_MS).then((found) => found && this.#world.begun.resolve());
    return life;
  }

  /**
   * Pays `sat` to the address of a funding event: what it asks for, or less. `undefined` where it asks for what
   * the kit does not pay or names no address of the network, which MDT-TGT-003 tells.
   */
  async pay({ address, min_sat }: FundingEvent, sat: number = min_sat): Promise<Payment | undefined> {
    this.#goesOn();
    const { chain, index, regtest } = this.#world;
    const { isvalid } = await chain.rpc.call<{ isvalid: boolean }>('validateaddress', [address]);
    if (!isvalid || sat > MOST_SAT || sat < LEAST_SAT) return undefined;
    const height = await index.tipHeight();
    const txid = await regtest.pay(address, sat);
    return { txid, vout: await index.outputTo(txid, address), address, sat, height };
  }

  /** Whatever spends these payments, or what came of them, in chain order. */
  async descendants(...payments: readonly (Payment | undefined)[]): Promise<ChainTransaction[]> {
    const paid = payments.filter((payment) => payment !== undefined);
    if (paid.length === 0) return [];
    const found = await this.#world.index.descendants(paid, Math.min(...paid.map(({ height }) => height)));
    for (const tx of found) this.wire.transaction(tx);
    return found;
  }

  /** Of the chain that it lives on. */
  async tipHeight(): Promise<number> {
    return this.#world.index.tipHeight();
  }

  /** Whether it was not born in an ordinary life, so that nothing is to be had by waiting for it in another. */
  get isHopeless(): boolean {
    return this.#world.birthFailed;
  }

  /** Waits for `ready` while a block arrives every 200 ms. */
  async ready(life: Life, timeoutMs: number, from = 0): Promise<(TimedLine & { line: ReadyEvent }) | undefined> {
    this.#goesOn();
    const release = this.#world.regtest.keepMining(200);
    try {
      return await life.line(isReady, timeoutMs, from);
    } finally {
      release();
    }
  }

  /** Whether it anchors its STATUSes by themselves, the first one as soon as it is born (MDT-STA-016). */
  get anchorsStatuses(): boolean {
    const { role, claims: claimed } = this.#world.target.manifest;
    return role === 'relay' && claimed.profiles.includes('status');
  }

  /** Lets a block arrive every 200 ms until `isThere` holds, or the time is over. */
  async whileMining(isThere: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const release = this.#world.regtest.keepMining(200);
    const deadline = performance.now() + timeoutMs;
    while (!(await isThere()) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
    release();
  }

  override http(...asked: Parameters<Visitor['http']>): Promise<HttpResult> {
    this.#goesOn();
    return super.http(...asked);
  }

  override head(...asked: Parameters<Visitor['head']>): Promise<HeadAnswer | HttpFailure> {
    this.#goesOn();
    return super.head(...asked);
  }

  /** Looks for planted secrets in every file of the data directory, and notes what lies there. */
  async searchDataDir(): Promise<void> {
    this.kept.push(await walkFolder(this.dataDir, (path) => this.secrets.follow(`file ${path}`)));
  }

  /** Ends whatever lives still run, and looks at what they leave. */
  async end(): Promise<void> {
    await this.#killAll();
    await this.searchDataDir();
  }

  async dispose(): Promise<void> {
    this.#world.subjects.delete(this);
    const exits = await this.#killAll();
    for (const { overLimit } of exits)
      if (overLimit !== undefined) this.#world.overLimits.push(`${overLimit}, in the scene ${this.scene}`);
    const [first] = this.lives;
    if (first && !this.lives.some(({ lines }) => lines.some(({ line }) => isListening(line))))
      this.#world.silence = describeSilence({
        life: recordOf(first),
        ranMs: this.#ranMs ?? Infinity,
        lastWords: this.#lastWords,
      });
    await this.gateway.stop();
    await removeFolder(this.dataDir);
    removeTemporaryFolder(this.dataDir);
  }

  #note(stream: 'stdin' | 'stdout' | 'stderr' | 'exit', text: string): void {
    const event: NewEvent = { type: 'target_line', scene: this.scene, stream, text: text.slice(0, 4_000) };
    this.#world.events.emit(event);
  }

  #goesOn(): void {
    if (this.#over) throw new Enough();
  }

  #killAll(): Promise<Exit[]> {
    return Promise.all(this.lives.map((life) => life.stop('SIGKILL', 1_000)));
  }
}

function configure(
  world: World,
  scene: string,
  parts: { gateway: ChainGateway; place: Place; policy: Partial<LaunchConfiguration['policy']>; access: Access },
): { configuration: LaunchConfiguration; secrets: Secret[] } {
  const { place, policy, access } = parts;
  const { rpc } = parts.gateway;
  const key = (name: string): string => world.random.hex(`${scene}/${name}`);
  const passphrase = `passphrase-${key('passphrase').slice(0, 40)}`;
  const imported = { anchor: key('anchor'), next_anchor: key('next_anchor'), status: key('status') };
  const plantsKeys = claims(world, 'import_secrets');
  // An IdP knows two who can log in.
  const people = world.target.manifest.role === 'idp' ? ['', ' of another'] : [];
  const accounts = people.map((who) => ({
    login: `person-${key(`login${who}`).slice(0, 8)}`,
    password: `password-${key(`password${who}`).slice(0, 40)}`,
  }));
  const initialAccessToken = access === 'open' ? undefined : `token-${key('initial access token')}`;
  const configuration: LaunchConfiguration = {
    launch: 1,
    role: world.target.manifest.role as LaunchConfiguration['role'], // a client is never launched as a service
    data_dir: place.dataDir,
    passphrase,
    chain: {
      genesis: world.genesis,
      checkpoint: { height: 0, hash: world.genesis },
      backend: 'rpc',
      rpc,
      fee_sat_vb: 2,
    },
    listen: { http: place.http, grpc: place.grpc },
    public: { issuer: `http://${place.http}`, grpc: place.grpc },
    transport: 'plain',
    policy: { ...POLICY, ...policy },
    clock: { offset_seconds: 0 },
    peers: { idps: [], relays: [], directory: [] },
    ...(accounts.length > 0 && {
      accounts,
      registration: {
        access,
        ...(initialAccessToken !== undefined && { initial_access_token: initialAccessToken }),
      },
    }),
    ...(plantsKeys && { import_secrets: imported }),
  };
  const secrets: Secret[] = [
    { name: 'passphrase', value: passphrase },
    { name: 'RPC password', value: rpc.password },
    ...accounts.map(({ password }) => ({ name: 'password of an account', value: password })),
    ...(initialAccessToken === undefined ? [] : [{ name: 'initial access token', value: initialAccessToken }]),
  ];
  if (plantsKeys)
    for (const [name, value] of Object.entries(imported)) secrets.push({ name: `imported ${name} key`, value });
  return { configuration, secrets };
}
