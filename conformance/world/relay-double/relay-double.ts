/**
 * An honest relay of the kit, small enough to be seen through: RelayService by gRPC over the RPC of a node. It is no entity:
 * whoever needs it knows its address. It stands in for relays that the kit does not judge, and shows that the checks of
 * chapter 11 pass on one that keeps the chapter.
 */
import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import {
  RelayServiceService as SERVICE,
  type RelayServiceServer,
} from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { RpcClient } from '../../chain/rpc-client.ts';
import { Anchoring, type Purse } from './anchoring.ts';
import type { Calls } from './call-types.ts';
import { callsOf } from './calls.ts';
import { ChainView } from './chain-view.ts';
import { asServiceError, RelayRefusal, unavailable } from './refusal.ts';
import { Registrations } from './registrations.ts';

/** In the air at once, of one connection. */
const MOST_CALLS = 64;
const RESOURCE_EXHAUSTED = 8;

export interface DoubleOptions {
  /** host:port; port 0 takes a free one. */
  readonly address: string;
  readonly rpc: RpcClient;
  readonly purse: Purse;
  /** File that keeps registrations over lives. */
  readonly path?: string;
  /** Whether it answers; before, every call is refused with MDT_NOT_READY. */
  isReady?(): boolean;
  /** Puts other calls in the place of honest ones. */
  change?(calls: Calls): Partial<Calls>;
}

/** A listening address. */
interface Listening {
  readonly port: number;
  stop(): void;
}

export class RelayDouble {
  readonly port: number;
  readonly registrations: Registrations;
  readonly calls: Calls;
  readonly #isReady: () => boolean;
  readonly #listening: Listening;
  readonly #anchoring: Anchoring;

  private constructor(listening: Listening, calls: Calls, isReady: () => boolean, of: [Registrations, Anchoring]) {
    this.port = listening.port;
    this.#listening = listening;
    this.calls = calls;
    this.#isReady = isReady;
    [this.registrations, this.#anchoring] = of;
  }

  static async start({ address, rpc, purse, path, isReady = () => true, change }: DoubleOptions): Promise<RelayDouble> {
    const view = new ChainView(rpc);
    const registrations = new Registrations(path);
    const honest = callsOf({ view, registrations, handedOn: new Set() });
    const calls = { ...honest, ...change?.(honest) };
    const listening = await listen(address, served(calls, isReady));
    return new RelayDouble(listening, calls, isReady, [registrations, new Anchoring(view, registrations, purse)]);
  }

  /** Another address on loopback, with other calls in the place of some: what it keeps is the same. */
  async beside(change: (calls: Calls) => Partial<Calls>): Promise<Listening> {
    return listen('127.0.0.1:0', served({ ...this.calls, ...change(this.calls) }, this.#isReady));
  }

  stop(): void {
    this.#anchoring.stop();
    this.#listening.stop();
  }
}

async function listen(address: string, service: RelayServiceServer): Promise<Listening> {
  const server = new Server({ 'grpc.max_receive_message_length': 4 * 1024 * 1024 });
  server.addService(SERVICE, service);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, stop: () => server.forceShutdown() };
}

function served(calls: Calls, isReady: () => boolean): RelayServiceServer {
  const inTheAir = new Map<string, number>();
  /** Counts a call while it lasts. */
  const counted = async <T>(peer: string, work: () => Promise<T>): Promise<T> => {
    if (!isReady()) throw unavailable('MDT_NOT_READY');
    const before = inTheAir.get(peer) ?? 0;
    if (before >= MOST_CALLS) throw new RelayRefusal(RESOURCE_EXHAUSTED, 'MDT_RATE');
    inTheAir.set(peer, before + 1);
    try {
      return await work();
    } finally {
      inTheAir.set(peer, (inTheAir.get(peer) ?? 1) - 1);
    }
  };
  const entries = (Object.keys(SERVICE) as (keyof Calls)[]).map((name) => {
    const call = calls[name] as (request: object, reader?: object) => Promise<object>;
    const unary = (asked: ServerUnaryCall<object, object>, done: sendUnaryData<object>): void => {
      void answered(() => counted(asked.getPeer(), async () => call(asked.request)), done);
    };
    const streaming = (asked: ServerWritableStream<object, object>): void => {
      const reader = {
        send: (message: object) => asked.write(message),
        get isGone() {
          return asked.cancelled;
        },
      };
      counted(asked.getPeer(), async () => call(asked.request, reader)).then(
        () => asked.end(),
        (error: unknown) => asked.emit('error', asServiceError(error)),
      );
    };
    return [name, SERVICE[name].responseStream ? streaming : unary] as const;
  });
  return Object.fromEntries(entries) as unknown as RelayServiceServer;
}

/** Answers a unary call by what `work` gives, or refuses it. */
export async function answered(work: () => Promise<object>, done: sendUnaryData<object>): Promise<void> {
  let value: object;
  try {
    value = await work();
  } catch (error) {
    return done(asServiceError(error));
  }
  done(null, value);
}
