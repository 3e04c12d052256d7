import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'another-id',
  requirement: 'MDT-RLY-017',
  role: 'relay',
  breaks: 'BroadcastTransaction answers the ID in the order of octets in which it was hashed',
  replaces: changedAnswer('broadcast', (ask, tools) => async (asked) => {
    const { txid } = await ask(asked);
    tools.fired();
    return { txid: Buffer.from(txid.toReversed()) };
  }),
};

export default fault;
