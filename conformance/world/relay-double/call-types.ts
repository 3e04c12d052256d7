/** Every call of RelayService as a function, so that a test can put another in its place. */
import { RelayServiceService as SERVICE } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { ChainView } from './chain-view.ts';
import type { Registrations } from './registrations.ts';

type Methods = typeof SERVICE;
type Name = keyof Methods;
export type Request<N extends Name> = ReturnType<Methods[N]['requestDeserialize']>;
export type Response<N extends Name> = Parameters<Methods[N]['responseSerialize']>[0];

/** Where a stream goes on, until whoever reads it has gone. */
export interface Reader<M> {
  send(message: M): void;
  readonly isGone: boolean;
}

/** One call: unary ones answer, streams send until they are over. */
export type Calls = {
  [N in Name]: Methods[N]['responseStream'] extends true
    ? (request: Request<N>, reader: Reader<Response<N>>) => Promise<void>
    : (request: Request<N>) => Promise<Response<N>>;
};

/** What the calls answer from. */
export interface Back {
  readonly view: ChainView;
  readonly registrations: Registrations;
  /** Transactions that it has handed on, by txid. */
  readonly handedOn: Set<string>;
}
