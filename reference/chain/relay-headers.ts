/** Headers from a relay (spec 7.1, 11.2). What it says is worth the work in it. */
import { hash256, HEADER_OCTETS } from '../core/block-header.ts';
import type { ChainedHeader } from '../core/chained-header.ts';
import { MdtError } from '../core/errors.ts';
import type { HeaderChain } from '../core/header-chain.ts';
import { relayAddress, type RelayAddress } from '../core/relay-address.ts';
import type { HeaderSource } from '../core/verification/request.ts';
import type { GetHeadersRequest, GetHeadersResponse } from '../gen/proto/milagro/trust/v1/relay.ts';
import { locatorOf } from './p2p/headers-message.ts';
import { RelayConnection } from './relay-client.ts';

/** Four million headers of the smallest answers that lead on would take for ever; the deadline ends it before. */
const MAX_TURNS = 100_000;
const PATIENCE_MS = 60_000;
/** MDT-RLY-034: no more are taken. */
const MOST_KNOWN = 64;

/**
 * A relay as a source of headers.
 * @param url `grpcs://host:port`, or `grpc://host:port` at a loopback or private host
 * @throws MdtError MDT_SOURCE where the URL is none
 */
export function relayHeaders(url: string, patienceMs: number = PATIENCE_MS): HeaderSource {
  const address = relayAddress(url);
  return {
    name: url,
    update: async (chain, now) => asked(url, address, patienceMs, async (ask) => read(ask, chain, now)),
    earlier: async (chain, from) => asked(url, address, patienceMs, async (ask) => readEarlier(ask, chain, from)),
  };
}

export type Ask = (request: GetHeadersRequest) => Promise<GetHeadersResponse>;

/** @throws MdtError with `url` as its field */
async function asked(
  url: string,
  address: RelayAddress,
  patienceMs: number,
  use: (ask: Ask) => Promise<void>,
): Promise<void> {
  const relay = new RelayConnection(address, patienceMs);
  try {
    await use(async (request) => relay.call((client) => client.getHeaders, request));
  } catch (error) {
    if (!(error instanceof MdtError) || error.field !== '') throw error;
    throw new MdtError(error.code, error.message, { field: url, cause: error });
  } finally {
    relay.close();
  }
}

async function read(ask: Ask, chain: HeaderChain, now: number): Promise<void> {
  await readHeaders(ask, chain, (headers) => {
    chain.add(headers, now);
    return chain.heard;
  });
}

/**
 * Reads what a relay has on to its tip.
 * @param take puts headers into the chain; gives the one with most work of what this relay gave
 * @throws MdtError MDT_SOURCE, MDT_HEADER_FORMAT, and what `take` throws
 */
export async function readHeaders(
  ask: Ask,
  chain: HeaderChain,
  take: (headers: readonly Buffer[]) => ChainedHeader | undefined,
): Promise<ChainedHeader | undefined> {
  let best: ChainedHeader | undefined;
  let known = locatorOf(chain).slice(0, MOST_KNOWN - 1);
  known.push(chain.base.hash);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const headers = await headersAfter(ask, known);
    const last = headers.at(-1);
    if (last === undefined) return best; // what we have is its tip
    const taken = take(headers);
    if ((taken?.work ?? 0n) <= (best?.work ?? 0n)) break; // it leads no further, and says that there is more
    best = taken;
    known = [hash256(last)];
  }
  throw new MdtError('MDT_SOURCE', 'does not come to an end');
}

async function readEarlier(ask: Ask, chain: HeaderChain, from: number): Promise<void> {
  chain.addEarlier(await headersFrom(ask, from, chain.base.height - from));
}

/**
 * Headers from a height on, above 0: as many as are wanted, or as there are. Nothing is looked at but their length.
 * @throws MdtError MDT_SOURCE, MDT_HEADER_FORMAT
 */
export async function headersFrom(ask: Ask, from: number, wanted: number): Promise<Buffer[]> {
  const headers: Buffer[] = [];
  while (headers.length < wanted) {
    const last = headers.at(-1);
    const request = { known: last ? [printed(hash256(last))] : [], fromHeight: from, limit: 0 };
    const more = lengths((await ask(request)).headers);
    if (more.length === 0) break;
    headers.push(...more);
  }
  return headers.slice(0, wanted);
}

async function headersAfter(ask: Ask, known: readonly Uint8Array[]): Promise<Buffer[]> {
  return lengths((await ask({ known: known.map(printed), fromHeight: 0, limit: 0 })).headers);
}

function lengths(headers: Buffer[]): Buffer[] {
  for (const [index, header] of headers.entries())
    if (header.length !== HEADER_OCTETS)
      throw new MdtError('MDT_HEADER_FORMAT', `${header.length} octets`, { field: `/${index}` });
  return headers;
}

/** In the order in which JSON and RPC print it. */
function printed(hash: Uint8Array): Buffer {
  return Buffer.from(hash).reverse();
}
