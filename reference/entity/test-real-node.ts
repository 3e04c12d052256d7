/** For tests: a D-TA in its ceremony on a real bitcoind, a block at a time. */
import { randomBytes } from 'node:crypto';
import { Regtest } from '../../conformance/chain/regtest.ts';
import { startChain, type Chain } from '../../conformance/chain/start.ts';
import type { ChainBackend } from '../chain/chain-backend.ts';
import type { Link } from '../chain/lineage/lineage-path.ts';
import { connectNode } from '../chain/rpc-node.ts';
import { verifyHostedRecord } from '../core/hosted-record.ts';
import type { HostedRecord } from '../gen/schemas.ts';
import { Clock } from '../runtime/clock.ts';
import { Entropy } from '../runtime/entropy.ts';
import { Ceremony } from './ceremony.ts';
import { publish } from './publication.ts';
import type { Born, Stage } from './stage.ts';
import { EntityState } from './state.ts';
import { silentLog, testLaunch, testSecrets } from './test-parts.ts';

/** Where `prioritisetransaction` puts a transaction that no miner is to take. */
const NEVER_MINED_SAT = -100_000_000;

export class RealNode {
  readonly chain: Chain;
  readonly regtest: Regtest;

  private constructor(chain: Chain, regtest: Regtest) {
    this.chain = chain;
    this.regtest = regtest;
  }

  static async start(): Promise<RealNode> {
    const chain = await startChain();
    return new RealNode(chain, await Regtest.create(chain.rpc));
  }

  async stop(): Promise<void> {
    await this.chain.stop();
  }

  async call<T>(method: string, ...params: unknown[]): Promise<T> {
    return this.chain.rpc.call<T>(method, params);
  }

  async mempool(): Promise<string[]> {
    return this.call<string[]>('getrawmempool');
  }

  async neverMine(txid: string): Promise<void> {
    await this.call('prioritisetransaction', txid, 0, NEVER_MINED_SAT);
  }

  /** Blocks that hold nothing, whatever waits. */
  async mineEmpty(count: number): Promise<void> {
    const descriptor = 'raw(51)#8lvh9jxk';
    for (let block = 0; block < count; block += 1) await this.call('generateblock', descriptor, []);
  }

  /** Takes the newest blocks out of the chain; gives the lowest of them, which `reconsiderblock` brings back with the others. */
  async disconnect(count: number): Promise<string> {
    const height = await this.call<number>('getblockcount');
    const hash = await this.call<string>('getblockhash', height - count + 1);
    await this.call('invalidateblock', hash);
    return hash;
  }

  /** Starts the node again with an empty mempool: its wallets, which would put there what they know, are not loaded. */
  async restart(): Promise<void> {
    for (const wallet of await this.call<string[]>('listwallets')) await this.call('unloadwallet', wallet, false);
    await this.chain.restart();
  }
}

export class RealLife {
  readonly real: RealNode;
  readonly node: ChainBackend;
  readonly genesis: string;
  readonly feeSatVb: number;
  ceremony: Ceremony;
  state: EntityState;
  #written: Uint8Array = new Uint8Array();

  private constructor(real: RealNode, genesis: string, feeSatVb: number) {
    this.real = real;
    this.node = connectNode(real.chain.targetRpc);
    this.genesis = genesis;
    this.feeSatVb = feeSatVb;
    this.state = EntityState.create(this.#file(), testSecrets());
    this.ceremony = this.#begin(false, feeSatVb);
  }

  /** A D-TA in force. */
  static async born(real: RealNode): Promise<RealLife> {
    const life = new RealLife(real, await real.call<string>('getblockhash', 0), 2);
    const stage = await life.ceremony.advance();
    if (stage.at !== 'unfunded') throw new Error(stage.at);
    await real.regtest.pay(stage.address, stage.missingSat);
    for (let block = 0; block < 10; block += 1) if ((await life.mine(1)).at === 'born') return life;
    throw new Error('not born after 10 blocks');
  }

  /** As after kill -9; with another fee rate, if one is given. */
  restart(feeSatVb: number = this.feeSatVb): void {
    this.state = EntityState.read(this.#file(), this.#written);
    this.ceremony = this.#begin(true, feeSatVb);
  }

  /** Mines blocks, and goes on at each. */
  async mine(count: number): Promise<Stage> {
    let stage: Stage = { at: 'waiting', detail: '' };
    for (let block = 0; block < count; block += 1) {
      await this.real.regtest.mine(1);
      stage = await this.ceremony.advance();
    }
    return stage;
  }

  /** What is in force now. */
  async standing(): Promise<Born> {
    const stage = await this.ceremony.advance();
    if (stage.at === 'born') return stage;
    throw new Error(`${stage.at}: ${'detail' in stage ? stage.detail : stage.address}`);
  }

  async links(): Promise<readonly Link[]> {
    return (await this.standing()).inForce.links;
  }

  async kinds(): Promise<string[]> {
    return (await this.links()).map(({ kind }) => kind);
  }

  /** What is hosted now, as a reader takes it. */
  async hosted(): Promise<HostedRecord> {
    const { hostedOctets } = await publish(this.node, 'regtest', (await this.standing()).inForce);
    const own = { genesis: this.genesis, checkpoint: { height: 0, hash: this.genesis } };
    return verifyHostedRecord(hostedOctets, own).hosted;
  }

  #file(): { write: (content: Uint8Array) => void } {
    return { write: (content) => void (this.#written = content) };
  }

  #begin(olderKey: boolean, feeSatVb: number): Ceremony {
    const launch = testLaunch({ genesis: this.genesis });
    const { configuration } = launch;
    const chain = { ...configuration.chain, fee_sat_vb: feeSatVb };
    return new Ceremony({
      launch: { ...launch, configuration: { ...configuration, chain } },
      node: this.node,
      state: this.state,
      clock: new Clock(),
      entropy: new Entropy(randomBytes),
      log: silentLog,
      olderKey,
    });
  }
}
