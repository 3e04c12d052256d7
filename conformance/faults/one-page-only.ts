import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'one-page-only',
  requirement: 'MDT-RLY-007',
  role: 'relay',
  breaks: 'an answer of FindAnchors with more anchors to come names no next page',
  also: [{ requirement: 'MDT-RLY-008', reason: 'the members of a lineage are not all answered either' }],
  replaces: changedAnswer('find', (ask, tools) => async (asked) => {
    const { anchors, nextPage } = await ask(asked);
    if (nextPage.length > 0) tools.fired();
    return { anchors, nextPage: Buffer.alloc(0) };
  }),
};

export default fault;
