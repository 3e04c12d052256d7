/**
 * What a STATUS that was signed elsewhere says of the chain and the time, against the entity's own node: what readers
 * would refuse is not served (MDT-STA-108 to -111).
 */
import { LATEST_BLOCKS } from '../core/document-age.ts';
import { MdtError, type ErrorCode } from '../core/errors.ts';
import { formatTime, MAX_AHEAD_SECONDS } from '../core/time.ts';
import type { BlockRef, Status } from '../gen/schemas.ts';
import type { OwnChain, SeenBlock } from './life-now.ts';

/**
 * @param clock seconds since 1970
 * @throws MdtError MDT_WRONG_CHAIN, MDT_FRESHNESS, MDT_STATUS_SEQ; what the node answers where it is asked for a block
 */
export async function expectDated(status: Status, genesis: string, own: OwnChain, clock: number): Promise<void> {
  const { chain, freshness, created } = status;
  if (chain.genesis !== genesis) throw new MdtError('MDT_WRONG_CHAIN', 'of another chain', { field: '/chain/genesis' });
  await expectBlock(chain.checkpoint, own, 'MDT_WRONG_CHAIN', '/chain/checkpoint');
  const block = await expectBlock(freshness, own, 'MDT_FRESHNESS', '/freshness');
  const last = await own.blockAt(freshness.height + LATEST_BLOCKS);
  const [from, until] = [block, last].map((each) => each && formatTime(each.medianTime));
  const field = '/created';
  if (from !== undefined && created < from) throw new MdtError('MDT_FRESHNESS', `its block is of ${from}`, { field });
  if (until !== undefined && created > until)
    throw new MdtError('MDT_FRESHNESS', `${LATEST_BLOCKS} blocks were upon its block at ${until}`, { field });
  const latest = formatTime(Math.max(clock + MAX_AHEAD_SECONDS, await own.tipTime()));
  if (created > latest) throw new MdtError('MDT_STATUS_SEQ', `dated later than ${latest}`, { field });
}

async function expectBlock(
  { height, hash }: BlockRef,
  own: OwnChain,
  code: ErrorCode,
  field: string,
): Promise<SeenBlock> {
  const block = await own.blockAt(height);
  if (block?.hash === hash) return block;
  throw new MdtError(code, `not the block at height ${height} of our chain`, { field });
}
