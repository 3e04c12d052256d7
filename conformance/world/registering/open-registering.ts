/**
 * The world in which a client has its own signatures registered: a regtest node of its own, since blocks have to come, and the
 * kit's relay double, honest, with addresses beside it at which something else is answered.
 */
import type { GetRegistrationResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { ChainCheckpoint } from '../../../reference/gen/schemas.ts';
import type { Chain } from '../../chain/start.ts';
import { Regtest } from '../../chain/regtest.ts';
import { displayed } from '../../oracle/merkle.ts';
import { readTransaction } from '../../oracle/transaction.ts';
import type { OpenSource } from '../network/header-relay.ts';
import { tipTime } from '../network/kit-entity.ts';
import type { SeededRandom } from '../random.ts';
import { leafOf, registrationId, type Stated } from '../relay/pat-keys.ts';
import type { Calls } from '../relay-double/call-types.ts';
import { ChainView, type Snapshot } from '../relay-double/chain-view.ts';
import type { Mode, Registration } from '../relay-double/registrations.ts';
import { RelayDouble } from '../relay-double/relay-double.ts';
import { WalletPurse } from '../relay-double/wallet-purse.ts';

/** Upon the block of whatever was registered. */
const DEPTH = 6;
const COINS = 16;
const COIN_SAT = 1_000_000;
const ANCHORED_MS = 10_000;
const LOOK_MS = 50;

export class Registering {
  readonly random: SeededRandom;
  readonly genesis: string;
  /** Of the reader: block 0. */
  readonly checkpoint: ChainCheckpoint;
  readonly #chain: Chain;
  readonly #regtest: Regtest;
  readonly #view: ChainView;
  readonly #double: RelayDouble;
  readonly #purse: WalletPurse;

  private constructor(
    chain: Chain,
    parts: { regtest: Regtest; view: ChainView; double: RelayDouble; purse: WalletPurse },
    random: SeededRandom,
    { headers, blocks }: Snapshot,
  ) {
    this.#chain = chain;
    this.#regtest = parts.regtest;
    this.#view = parts.view;
    this.#double = parts.double;
    this.#purse = parts.purse;
    this.random = random;
    this.genesis = blocks[0]?.hash ?? '';
    this.checkpoint = {
      height: 0,
      hash: this.genesis,
      header: headers[0]?.toString('hex') ?? '',
      chainwork: '2'.padStart(64, '0'),
      previous_times: [],
    };
  }

  /** Makes it on a fresh node. */
  static async open(chain: Chain, random: SeededRandom): Promise<Registering> {
    const { rpc } = chain;
    const regtest = await Regtest.create(rpc);
    const purse = await WalletPurse.open(rpc, 'registering');
    for (let coin = 0; coin < COINS; coin++) await regtest.pay(await purse.address(), COIN_SAT);
    await regtest.mine(1);
    const double = await RelayDouble.start({ address: '127.0.0.1:0', rpc, purse });
    const view = new ChainView(rpc);
    return new Registering(chain, { regtest, view, double, purse }, random, await view.now());
  }

  async now(): Promise<Snapshot> {
    return this.#view.now();
  }

  /** Seconds since 1970: not before the tip. */
  async clock(): Promise<number> {
    return tipTime(await this.now());
  }

  /** What is kept under an ID. */
  kept(id: string): Registration | undefined {
    return this.#double.registrations.find(id);
  }

  /** What the honest relay says of it. */
  async progress(id: string): Promise<GetRegistrationResponse> {
    return this.#double.calls.getRegistration({ registrationId: Buffer.from(id, 'hex') });
  }

  /** An address of the relay, honest but for the calls that are given. */
  async front(change: (calls: Calls) => Partial<Calls> = () => ({})): Promise<OpenSource> {
    const { port, stop } = await this.#double.beside(change);
    return { url: `grpc://127.0.0.1:${String(port)}`, close: stop };
  }

  /** What the kit states itself is registered, whether or not a relay would take it. */
  keep(one: Stated, mode: Mode): string {
    const id = registrationId(one);
    const signature = one.signature.toString('hex');
    this.#double.registrations.keep({ id, mode, leaf: leafOf(one).toString('hex'), signature });
    return id;
  }

  /** A transaction with another payload; its ID. */
  async anchor(payload: Buffer): Promise<string> {
    const hex = await this.#purse.make(payload);
    await this.#chain.rpc.call('sendrawtransaction', [hex]);
    return displayed(readTransaction(Buffer.from(hex, 'hex'), '').hash);
  }

  /** Blocks come, until all that is kept has DEPTH confirmations. */
  async settle(): Promise<void> {
    await this.#regtest.mine(1);
    const end = Date.now() + ANCHORED_MS;
    while (!(await this.#isHandedOver())) {
      if (Date.now() > end) throw new Error("the kit's relay did not hand over what it keeps");
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    await this.#regtest.mine(DEPTH);
  }

  async #isHandedOver(): Promise<boolean> {
    const { registrations } = this.#double;
    const pool = new Set(await this.#chain.rpc.call<string[]>('getrawmempool'));
    const chain = await this.now();
    return registrations.all.every(({ id }) => {
      const txid = registrations.jobOf(id)?.transaction?.txid ?? '';
      return pool.has(txid) || chain.confirmations(txid) > 0;
    });
  }

  close(): void {
    this.#double.stop();
    this.#regtest.stop();
  }
}
