/** Where the headers of an entity begin: at block 0, or at the checkpoint of its launch configuration. */
import { hash256, parseHeader } from '../../core/block-header.ts';
import { parametersOf } from '../../core/chain-parameters.ts';
import { MdtError } from '../../core/errors.ts';
import { HeaderChain } from '../../core/header-chain.ts';
import { MEDIAN_SPAN } from '../../core/header-rules.ts';
import { bytesToHex, printHash } from '../../core/hex.ts';
import { networkOf } from '../../core/network.ts';
import { ownChain, type ChainName } from '../../core/own-chain.ts';
import type { ExpectedChain } from '../chain-guard.ts';
import { headersFrom, type Ask } from '../relay-headers.ts';

/** Below a checkpoint: what the median times of the blocks right below it and upon it are of (BIP-113). */
const EARLIER_HEADERS = 2 * MEDIAN_SPAN;
/** Only the work upon the checkpoint is compared, so none is counted below it. */
const NO_WORK = '0'.repeat(64);

/**
 * A chain with nothing upon its first header yet. The hash of the checkpoint commits to what a relay gives of it and of
 * what is below.
 * @throws MdtError MDT_WRONG_CHAIN where the rules of the chain are not known, or the relay has another block there;
 *   MDT_SOURCE, MDT_HEADER_FORMAT, MDT_HEADER_LINK
 */
export async function beginChain({ genesis, checkpoint }: ExpectedChain, ask: Ask): Promise<HeaderChain> {
  const parameters = parametersOf(genesis);
  if (checkpoint.height === 0)
    return new HeaderChain(parameters, ownChain(networkOf(genesis)?.name as ChainName).checkpoint); // they have rules
  const below = Math.min(EARLIER_HEADERS, checkpoint.height - 1);
  const headers = await headersFrom(ask, checkpoint.height - below, below + 1);
  const header = headers[below];
  if (header === undefined) throw new MdtError('MDT_SOURCE', 'has not our checkpoint yet');
  if (printHash(hash256(header)) !== checkpoint.hash)
    throw new MdtError('MDT_WRONG_CHAIN', 'has another block at our checkpoint', { field: 'chain.checkpoint' });
  const earlier = headers.slice(0, below);
  const chain = new HeaderChain(parameters, {
    ...{ ...checkpoint, header: bytesToHex(header), chainwork: NO_WORK },
    previous_times: earlier.slice(-MEDIAN_SPAN).map((each) => parseHeader(each, '').time),
  });
  chain.addEarlier(earlier);
  return chain;
}
