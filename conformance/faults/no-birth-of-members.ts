import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'no-birth-of-members',
  requirement: 'MDT-RLY-009',
  role: 'relay',
  breaks: 'FindAnchors names no BIRTH',
  replaces: changedAnswer('find', (ask, tools) => async (asked) => {
    const { anchors, nextPage } = await ask(asked);
    tools.fired();
    for (const anchor of anchors) anchor.birthTxid = Buffer.alloc(0);
    return { anchors, nextPage };
  }),
};

export default fault;
