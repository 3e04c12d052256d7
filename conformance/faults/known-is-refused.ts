import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const handedOn = new Set<string>();

const fault: Fault = {
  id: 'known-is-refused',
  requirement: 'MDT-RLY-017',
  role: 'relay',
  breaks: 'a transaction that comes once more is refused',
  replaces: changedAnswer('broadcast', (ask, tools) => async (asked) => {
    const transaction = asked.transaction.toString('hex');
    if (!handedOn.has(transaction)) {
      const answer = await ask(asked);
      handedOn.add(transaction);
      return answer;
    }
    tools.fired();
    // An error of the reference has to be one of its own, so it is made of another.
    const error: unknown = await ask({ transaction: Buffer.alloc(1) }).catch((refusal: unknown) => refusal);
    throw Object.assign(error as Error, { code: 'MDT_TX_REFUSED', rejectReason: 'txn-already-known' });
  }),
};

export default fault;
