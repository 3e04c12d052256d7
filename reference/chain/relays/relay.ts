/** One of the relays by which an entity reaches Bitcoin: its connection, and how far its headers go. */
import { MdtError } from '../../core/errors.ts';
import { bytesToHex, equalOctets } from '../../core/hex.ts';
import type { ChainedHeader } from '../../core/chained-header.ts';
import type { HeaderChain } from '../../core/header-chain.ts';
import { relayAddress } from '../../core/relay-address.ts';
import { RelayConnection, type Choose } from '../relay-client.ts';
import { readHeaders } from '../relay-headers.ts';

/** Of one call, in milliseconds: an outage shows after three of them, and has to be said within 10 s (spec C.1). */
const PATIENCE_MS = 3_000;
/** A thousand outputs, of which each comes with its transaction. */
const MAX_ANSWER_OCTETS = 64 * 1024 * 1024;

export class Relay {
  readonly url: string;
  readonly #genesis: string;
  readonly #connection: RelayConnection;
  #maxResults: number | undefined;
  #reading: Promise<void> | undefined;
  #tip: ChainedHeader | undefined;
  #fault: MdtError | undefined = new MdtError('MDT_SOURCE', 'not asked yet');

  /** @throws MdtError MDT_SOURCE where the URL is none */
  constructor(url: string, genesis: string) {
    this.url = url;
    this.#genesis = genesis;
    this.#connection = new RelayConnection(relayAddress(url), Infinity, MAX_ANSWER_OCTETS);
  }

  /** Why it gave no headers when it was asked last. */
  get fault(): MdtError | undefined {
    return this.#fault;
  }

  /** As many results as it gives at most in one answer. */
  get maxResults(): number {
    return this.#maxResults ?? 0;
  }

  /** Whether its headers led to the tip of `chain` when it was asked last: it speaks of the same chain as we do. */
  isAt({ tip, base }: HeaderChain): boolean {
    return this.#fault === undefined && equalOctets((this.#tip ?? base).hash, tip.hash);
  }

  /** @throws MdtError MDT_SOURCE; RelayRefusal */
  async call<Request, Response>(
    choose: Choose<Request, Response>,
    request: Request,
    patienceMs: number = PATIENCE_MS,
  ): Promise<Response> {
    return this.#connection.call(choose, request, patienceMs);
  }

  /** Puts its headers into the chain. It is read once at a time, and never rejects: `fault` says how it went. */
  async read(chain: HeaderChain): Promise<void> {
    this.#reading ??= this.#read(chain).finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  close(): void {
    this.#connection.close();
  }

  /** @throws MdtError MDT_WRONG_CHAIN, MDT_SOURCE */
  async #expectOurChain(): Promise<void> {
    if (this.#maxResults !== undefined) return;
    const { genesis, maxResults } = await this.call((client) => client.getTerms, {});
    if (bytesToHex(genesis) !== this.#genesis)
      throw new MdtError('MDT_WRONG_CHAIN', 'a relay of another chain', { field: 'chain.genesis' });
    this.#maxResults = maxResults;
  }

  async #read(chain: HeaderChain): Promise<void> {
    try {
      await this.#expectOurChain();
      const ask = async (request: { known: Buffer[]; fromHeight: number; limit: number }) =>
        this.call((client) => client.getHeaders, request);
      this.#tip = await readHeaders(ask, chain, (headers) => {
        chain.listen(); // several relays are read at the same time: what this answer gives is what counts
        chain.add(headers, Date.now() / 1_000);
        return chain.heard;
      });
      this.#fault = undefined;
    } catch (error) {
      this.#maxResults = undefined; // who answers there next may be another
      this.#fault = error instanceof MdtError ? error : new MdtError('MDT_SOURCE', 'cannot be read', { cause: error });
    }
  }
}
