/**
 * Outputs of a script, as relays list and prove them. That an output is there is seen by its proof, so what one relay
 * lists counts. That it is unspent is believed; that one is spent, only where no relay lists it that could.
 */
import { MdtError } from '../../core/errors.ts';
import { bytesToHex, printHash } from '../../core/hex.ts';
import type { HeaderChain } from '../../core/header-chain.ts';
import { outpointName } from './own-transactions.ts';
import { provenCoin, type ProvenCoin } from './proven.ts';
import type { Relay } from './relay.ts';
import type { Relays } from './relays.ts';

/** Relays have their nodes look through all outputs, which takes minutes on main. */
const PATIENCE_MS = 300_000;

export interface Listing {
  /** Hash of the tip under which it was asked for. */
  readonly under: string;
  /** By `txid:vout`, each in a block of the active chain. */
  readonly coins: ReadonlyMap<string, ProvenCoin>;
  /** A relay listed all there are: what is not among them is spent, as far as can be known. */
  readonly isWhole: boolean;
}

interface Listed {
  readonly coins: readonly ProvenCoin[];
  readonly isWhole: boolean;
}

export class Listings {
  readonly #relays: Relays;
  /** By script: one a tip, because nothing confirmed changes under one. */
  readonly #known = new Map<string, Promise<Listing>>();

  constructor(relays: Relays) {
    this.#relays = relays;
  }

  /** @throws MdtError MDT_WRONG_CHAIN, MDT_CHAIN_UNAVAILABLE where no relay lists them that is at our tip */
  async of(script: Uint8Array): Promise<Listing> {
    const name = bytesToHex(script);
    const chain = await this.#relays.update();
    const known = await this.#known.get(name)?.catch(() => undefined);
    if (known?.under === printHash(chain.tip.hash)) return known;
    const asked = this.#ask(Buffer.from(script), chain);
    this.#known.set(name, asked);
    return asked;
  }

  async #ask(script: Buffer, chain: HeaderChain): Promise<Listing> {
    const under = printHash(chain.tip.hash);
    const answers = await Promise.allSettled(this.#relays.current.map(async (relay) => list(relay, script, chain)));
    const listed = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    if (listed.length === 0) throw new MdtError('MDT_CHAIN_UNAVAILABLE', why(answers), { field: 'chain.relays' });
    const coins = listed.flatMap((each) => each.coins).map((coin) => [outpointName(coin), coin] as const);
    return { under, coins: new Map(coins), isWhole: listed.some(({ isWhole }) => isWhole) };
  }
}

async function list(relay: Relay, script: Buffer, chain: HeaderChain): Promise<Listed> {
  const { outputs } = await relay.call((client) => client.listUnspent, { script }, PATIENCE_MS);
  const coins = outputs.map((output) => provenCoin(script, output, chain));
  const placed = coins.filter((coin) => coin !== undefined);
  // One in a block that we do not have: the chain has grown or changed meanwhile, and what else it has is not known.
  return { coins: placed, isWhole: outputs.length < relay.maxResults && placed.length === outputs.length };
}

function why(answers: readonly PromiseSettledResult<Listed>[]): string {
  const [first] = answers;
  if (first?.status !== 'rejected') return 'no relay that is asked for outputs is at our tip';
  return `no relay lists our outputs: ${first.reason instanceof Error ? first.reason.message : 'fault'}`;
}
