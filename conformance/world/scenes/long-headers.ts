/**
 * The node follows the fork with 164-octet headers: genesis and checkpoint are ours, and only the headers
 * tell. The gateway lengthens them; then the node comes back to our chain.
 */
import { recordOf, type LifeRecord } from '../life-record.ts';
import type { FundingEvent } from '../../../reference/gen/schemas.ts';
import type { ChainGateway } from '../../chain/gateway.ts';
import { isFunding, isListening, isReady, Subject, waitsFor, type Payment } from '../subject.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { World } from '../world.ts';
import { onStage, type Scene } from './scene.ts';
import { BLOCK_EVERY_MS, GRACE, LISTENING_MS, READY_MS, STOP_MS, WAITING_MS, WATCH_MS } from './timing.ts';

export interface LongHeadersSeen {
  life?: LifeRecord;
  /** Whether it reported MDT_WRONG_CHAIN. */
  reported: boolean;
  payment?: Payment;
  /** What it anchored, and whether it was ready, while the headers were long. */
  anchored: ChainTransaction[];
  readyOnFork: boolean;
  /** Whether it asked for a header that the gateway had lengthened. */
  looked: boolean;
  /** All that it anchored, when the node was back too. */
  descendants: ChainTransaction[];
  /** Whether it was ready after the node was back. */
  ready: boolean;
}

const LENGTHENED = ['getblockheader', 'getblock'];
const HEADER_DIGITS = 160;
const EXTRA = '00'.repeat(84);

export const longHeaders: Scene<LongHeadersSeen> = {
  title: 'the node follows the fork with 164-octet headers',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<LongHeadersSeen> {
  const seen: LongHeadersSeen = {
    ...{ reported: false, anchored: [], readyOnFork: false, looked: false },
    ...{ ready: false, descendants: [] },
  };
  const life = subject.launch();
  await life.line(isListening, LISTENING_MS * GRACE);
  const funding = await life.line(isFunding, READY_MS);
  const payment = funding && (await payOnFork(subject, funding.line));
  if (payment) {
    const before = subject.gateway.count;
    seen.payment = payment;
    const release = world.regtest.keepMining(BLOCK_EVERY_MS);
    seen.reported = (await life.line(waitsFor('MDT_WRONG_CHAIN'), WAITING_MS)) !== undefined;
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    release();
    seen.anchored = await subject.descendants(seen.payment);
    seen.readyOnFork = life.lines.some(({ line }) => isReady(line));
    seen.looked = subject.gateway.calls.slice(before).some(({ method }) => LENGTHENED.includes(method));
    for (const method of LENGTHENED) subject.gateway.allow(method);
    seen.ready = (await subject.ready(life, READY_MS * GRACE)) !== undefined;
    seen.descendants = await subject.descendants(payment);
  }
  await life.stop('SIGTERM', STOP_MS * GRACE);
  seen.life = recordOf(life);
  return seen;
}

/** From now on headers are long; the payment comes after. */
async function payOnFork(subject: Subject, funding: FundingEvent): Promise<Payment | undefined> {
  lengthenHeaders(subject.gateway);
  return subject.pay(funding);
}

/** Whoever asks for a serialized header or block gets 84 octets more in the header. */
function lengthenHeaders(gateway: ChainGateway): void {
  gateway.rewrite('getblockheader', (_parameters, result) => (typeof result === 'string' ? result + EXTRA : result));
  gateway.rewrite('getblock', (_parameters, result) =>
    typeof result === 'string' ? result.slice(0, HEADER_DIGITS) + EXTRA + result.slice(HEADER_DIGITS) : result,
  );
}
