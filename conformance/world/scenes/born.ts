/** The way to a born target, for scenes that begin where the birth ends. */
import type { Life } from '../../kit/life.ts';
import { isFunding, type Payment, type Subject } from '../subject.ts';
import { anchorOf } from '../../oracle/chain-anchors.ts';
import { payAll } from './paying.ts';
import { GRACE, READY_MS, STOP_MS, WAITING_MS } from './timing.ts';

export interface Born {
  readonly life: Life;
  readonly payment: Payment;
  /** The address of `keys.anchor`, which the kit has paid. */
  readonly address: string;
}

/** Launches, pays and waits for `ready`; `undefined` where one of them does not come, and then the life is ended. */
export async function bornTarget(subject: Subject, note: (payment: Payment) => void): Promise<Born | undefined> {
  if (subject.isHopeless) return undefined;
  const life = subject.launch();
  const funding = await life.line(isFunding, READY_MS);
  const payment = funding && (await subject.pay(funding.line));
  if (payment) note(payment);
  if (subject.configuration.role === 'relay') payAll(subject, life, 1);
  if (payment && (await subject.ready(life, READY_MS * GRACE))) {
    if (subject.anchorsStatuses) await subject.whileMining(() => hasAnchoredStatus(subject, payment), WAITING_MS);
    return { life, payment, address: payment.address };
  }
  await life.stop('SIGTERM', STOP_MS * GRACE);
  return undefined;
}

/** In a block: so that what a scene does next does not meet it on its way. */
async function hasAnchoredStatus(subject: Subject, payment: Payment): Promise<boolean> {
  const mined = (await subject.descendants(payment)).filter(({ block }) => block !== undefined);
  return mined.some((tx) => anchorOf(tx)?.payload.kind === 'STATUS');
}
