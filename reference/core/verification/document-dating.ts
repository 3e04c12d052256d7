/**
 * The chain that a STATUS or a root names, the block that it names for its age, and its time, against the reader's own
 * headers (MDT-STA-108 to -110, MDT-LOG-109 to -111).
 */
import type { BlockRef, Chain } from '../../gen/schemas.ts';
import { LATEST_BLOCKS } from '../document-age.ts';
import { MdtError } from '../errors.ts';
import type { HeaderChain } from '../header-chain.ts';
import { formatTime } from '../time.ts';
import { checkBlock, checkCheckpoint } from './chain-steps.ts';

/** What every document has. */
export interface Dated {
  readonly chain: Chain;
  readonly created: string;
  readonly freshness: BlockRef;
}

/**
 * @param own the reader's own policy: how many blocks settle a height
 * @param place JSON Pointer of the document
 * @returns MDT_WRONG_CHAIN or MDT_FRESHNESS; MDT_SOURCE where nothing is wrong that the headers tell, and they do not tell all
 */
export function datingFault(document: Dated, chain: HeaderChain, own: number, place: string): MdtError | undefined {
  const { chain: named, freshness } = document;
  const faults = [
    faultOf(() => checkGenesis(named, chain, `${place}/chain`)),
    faultOf(() => checkCheckpoint(named, chain, own, `${place}/chain`)),
    faultOf(() => {
      checkBlock(freshness, chain, own, { code: 'MDT_FRESHNESS', field: `${place}/freshness` });
      checkTimes(document, chain, `${place}/created`);
    }),
  ].filter((fault) => fault !== undefined);
  return faults.find(({ code }) => code !== 'MDT_SOURCE') ?? faults[0];
}

function checkGenesis({ genesis }: Chain, chain: HeaderChain, field: string): void {
  if (genesis !== chain.genesis)
    throw new MdtError('MDT_WRONG_CHAIN', 'of another chain', { field: `${field}/genesis` });
}

/** Between the median times past of the block that it names and of the one by which it was written. */
function checkTimes({ created, freshness: { height } }: Dated, chain: HeaderChain, field: string): void {
  const [first, last] = [height, height + LATEST_BLOCKS].map((at) => medianAt(at, chain));
  if (first !== undefined && created < first)
    throw new MdtError('MDT_FRESHNESS', `its block is of ${first}`, { field });
  if (last !== undefined && created > last)
    throw new MdtError('MDT_FRESHNESS', `${LATEST_BLOCKS} blocks were upon its block at ${last}`, { field });
}

/** RFC 3339, whose order is that of time. */
function medianAt(height: number, chain: HeaderChain): string | undefined {
  const header = chain.at(height);
  return header && formatTime(chain.medianTimePast(header));
}

function faultOf(look: () => void): MdtError | undefined {
  try {
    look();
    return undefined;
  } catch (error) {
    if (error instanceof MdtError) return error;
    throw error;
  }
}
