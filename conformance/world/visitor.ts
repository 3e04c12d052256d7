/** Whoever looks at a target by what it serves. Every answer is noted, and searched for planted secrets. */
import type { SecretWatch } from '../kit/secrets.ts';
import { GrpcClient } from './grpc-client.ts';
import {
  contentOf,
  exchange,
  headOf,
  isTls,
  type HeadAnswer,
  type HttpFailure,
  type HttpResult,
} from './http-client.ts';
import type { WireLog } from './wire-log.ts';

/** Where it serves. */
export interface Addresses {
  /** Base URL, without a slash at its end. */
  readonly issuer: string;
  /** host:port */
  readonly grpc: string;
}

export interface HttpAsk {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export class Visitor {
  readonly secrets: SecretWatch;
  readonly wire: WireLog;
  readonly #at: Addresses;

  constructor(at: Addresses, secrets: SecretWatch, wire: WireLog) {
    this.#at = at;
    this.secrets = secrets;
    this.wire = wire;
  }

  async http(path: string, options?: HttpAsk): Promise<HttpResult> {
    const result = await exchange(`${this.#at.issuer}${path}`, options);
    this.wire.http({ method: 'GET', path, ...options }, result);
    if (!('failed' in result)) {
      this.secrets.look(`HTTP answer to ${path}`, JSON.stringify(result.headers));
      this.secrets.look(`HTTP answer to ${path}`, contentOf(result));
    }
    return result;
  }

  async head(path: string, headers?: Record<string, string>): Promise<HeadAnswer | HttpFailure> {
    const result = await headOf(`${this.#at.issuer}${path}`, headers);
    this.wire.http({ method: 'HEAD', path, ...(headers && { headers }) }, result);
    this.secrets.look(`HTTP answer to HEAD ${path}`, JSON.stringify(result));
    return result;
  }

  grpc(): GrpcClient {
    const { issuer, grpc } = this.#at;
    return new GrpcClient(grpc, undefined, (path, result) => this.wire.grpc(path, result), isTls(issuer));
  }
}
