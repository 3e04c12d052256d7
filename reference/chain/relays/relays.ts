/**
 * Several relays, and the chain of headers that they give together: of all valid branches that with most work (spec 7.1,
 * 11.7). One that lies, lags or is away takes nothing from what the others give.
 */
import { MdtError } from '../../core/errors.ts';
import { HeaderChain } from '../../core/header-chain.ts';
import type { OwnChain } from '../../core/own-chain.ts';
import type { ExpectedChain } from '../chain-guard.ts';
import { beginChain } from './first-header.ts';
import { Relay } from './relay.ts';

/** Once one has answered, the others get so long. Who takes longer is not waited for until it has answered. */
const GRACE_MS = 500;

export class Relays {
  readonly #relays: readonly Relay[];
  readonly #expected: ExpectedChain;
  readonly #late = new Set<Relay>();
  #chain: HeaderChain | undefined;

  /**
   * @param urls each `grpcs://host:port`, or `grpc://host:port` at a loopback or private host
   * @param own where its headers begin, where that is no chain that the reference knows
   * @throws MdtError MDT_SOURCE where a URL is none
   */
  constructor(urls: readonly string[], expected: ExpectedChain, own?: OwnChain) {
    this.#expected = expected;
    this.#relays = urls.map((url) => new Relay(url, expected.genesis));
    if (own) this.#chain = new HeaderChain(own.parameters, own.checkpoint);
  }

  get all(): readonly Relay[] {
    return this.#relays;
  }

  /** Those that speak of the same tip as we do, as far as they were asked. */
  get current(): readonly Relay[] {
    const chain = this.#chain;
    return chain ? this.#relays.filter((relay) => !this.#late.has(relay) && relay.isAt(chain)) : [];
  }

  /** Those that answered when they were asked last; all of them where none did. */
  get answering(): readonly Relay[] {
    const answering = this.#relays.filter((relay) => !this.#late.has(relay) && relay.fault === undefined);
    return answering.length > 0 ? answering : this.#relays;
  }

  /**
   * Our headers, as they are known.
   * @throws MdtError as `update`
   */
  async headers(): Promise<HeaderChain> {
    return this.#chain ?? this.update();
  }

  /**
   * Our headers, brought up to date.
   * @throws MdtError MDT_WRONG_CHAIN where every relay is of another chain, MDT_CHAIN_UNAVAILABLE where none answers
   */
  async update(): Promise<HeaderChain> {
    const chain = (this.#chain ??= await this.#begin());
    const unread = new Set(this.#relays);
    const late = this.#relays.map((relay) => this.#late.has(relay));
    const read = this.#relays.map(async (relay) => {
      await relay.read(chain);
      unread.delete(relay);
      this.#late.delete(relay);
      if (relay.fault) throw relay.fault;
    });
    const first = Promise.any(read).catch(() => undefined);
    const prompt = read.filter((_, at) => !late[at]);
    await first;
    await atMost(Promise.allSettled(prompt), GRACE_MS);
    for (const relay of unread) this.#late.add(relay);
    if (this.#relays.every(({ fault }) => fault !== undefined)) throw this.#unavailable();
    return chain;
  }

  close(): void {
    for (const relay of this.#relays) relay.close();
  }

  async #begin(): Promise<HeaderChain> {
    const faults: MdtError[] = [];
    for (const relay of this.#relays) {
      try {
        return await beginChain(this.#expected, async (request) => relay.call((client) => client.getHeaders, request));
      } catch (error) {
        if (!(error instanceof MdtError)) throw error;
        faults.push(error);
      }
    }
    throw unavailable(this.#relays, faults);
  }

  #unavailable(): MdtError {
    return unavailable(
      this.#relays,
      this.#relays.map(({ fault }) => fault),
    );
  }
}

/** What is wrong with each of them; on another chain are they where all are. */
function unavailable(relays: readonly Relay[], faults: readonly (MdtError | undefined)[]): MdtError {
  const wrong = faults.every((fault) => fault?.code === 'MDT_WRONG_CHAIN');
  const said = relays.map(({ url }, at) => `${url}: ${faults[at]?.message ?? 'was not asked'}`);
  return new MdtError(wrong ? 'MDT_WRONG_CHAIN' : 'MDT_CHAIN_UNAVAILABLE', said.join('; '), { field: 'chain.relays' });
}

async function atMost(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
