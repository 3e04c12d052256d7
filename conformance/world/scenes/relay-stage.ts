/** A born relay with a client before it, whose coin is paid as it is asked for, and what scenes on relays do again and again. */
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { Life } from '../../kit/life.ts';
import { answeredJson, type HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { RelayClient, type Answered, type Asking, type Unary } from '../relay/relay-client.ts';
import type { GrpcResult } from '../grpc-failure.ts';
import { isReady, type Payment, type Subject } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { payAll } from './paying.ts';
import { RECORD } from '../well-known.ts';
import { GRACE, RESTART_READY_MS, STOP_MS } from './timing.ts';

/** What a relay has after a change of the chain (11.2), and for what it hands to its node (11.5). */
export const RELAY_MS = 5_000;
const LOOK_EVERY_MS = 100;

/** A call, what it was asked for, and what it was answered. */
export interface Answer<N extends Unary> {
  /** In words. */
  readonly what: string;
  readonly asked: Asking<N>;
  readonly result: GrpcResult<Answered<N>>;
}

/** What every scene on a relay has seen. */
export interface RelayLives {
  configuration: LaunchConfiguration;
  lives: LifeRecord[];
  payment?: Payment;
  /** The hosted record at the first `ready`. */
  record?: HttpResult;
}

export class RelayStage {
  readonly world: World;
  readonly subject: Subject;
  life: Life;
  client: RelayClient;
  readonly #seen: RelayLives;

  constructor(world: World, subject: Subject, life: Life, seen: RelayLives) {
    this.world = world;
    this.subject = subject;
    this.life = life;
    this.#seen = seen;
    this.client = this.connect();
  }

  /** A client with a connection of its own, at the address that the launch configuration gives. */
  connect(address: string = this.subject.configuration.public.grpc): RelayClient {
    return new RelayClient(address, (path, result) => this.subject.wire.grpc(path, result));
  }

  async ask<N extends Unary>(name: N, what: string, asked: Asking<N> = {}): Promise<Answer<N>> {
    return { what, asked, result: await this.client.ask(name, asked) };
  }

  /** Waits until `look` gives something, for as long as a relay may take. */
  async soon<T>(look: () => Promise<T | undefined>, timeoutMs: number = RELAY_MS * GRACE): Promise<T | undefined> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = await look();
      if (found !== undefined || performance.now() > deadline) return found;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Waits until the relay's tip is that of the node, and the last of `txids` is known to it; whether it came so far. */
  async settled(...txids: readonly string[]): Promise<boolean> {
    const best = await this.world.chain.rpc.call<string>('getbestblockhash');
    const header = (await this.world.chain.rpc.call<string>('getblockheader', [best, false])).slice(0, 160);
    const isThere = await this.soon(async () => {
      const tip = await this.client.ask('getTip');
      if ('failed' in tip || Buffer.from(tip.value.header).toString('hex') !== header) return undefined;
      for (const txid of txids) {
        const status = await this.client.ask('getTransactionStatus', { txid: Buffer.from(txid, 'hex') });
        if ('failed' in status || status.value.confirmations === 0) return undefined;
      }
      return true;
    });
    return isThere ?? false;
  }

  /** Ends its life at once and begins the next one; whether that is ready. */
  async killAndRestart(): Promise<boolean> {
    this.client.close();
    await this.life.stop('SIGKILL');
    this.#seen.lives.push(recordOf(this.life));
    this.life = this.subject.launch();
    payAll(this.subject, this.life, 0);
    this.client = this.connect();
    return (await this.life.line(isReady, RESTART_READY_MS * GRACE)) !== undefined;
  }

  async end(): Promise<void> {
    this.client.close();
    await this.life.stop('SIGTERM', STOP_MS * GRACE);
    this.#seen.lives.push(recordOf(this.life));
  }
}

/** Lets a relay be born and `play` with it, on a chain that stands still once it is ready; what it was like before is in `seen`. */
export async function withRelay(
  world: World,
  subject: Subject,
  seen: RelayLives,
  play: (stage: RelayStage) => Promise<void>,
): Promise<void> {
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (!born) return;
  seen.record = await subject.http(RECORD);
  const stage = new RelayStage(world, subject, born.life, seen);
  try {
    await play(stage);
  } finally {
    await stage.end();
  }
}

/** `services.relay` of a hosted record. */
export function relayAddressIn(record: HttpResult | undefined): string | undefined {
  const hosted = record && (answeredJson(record) as { birth_record?: { services?: { relay?: unknown } } } | undefined);
  const address = hosted?.birth_record?.services?.relay;
  return typeof address === 'string' ? address : undefined;
}
