import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'skips-second-in-block',
  requirement: 'MDT-RLY-007',
  role: 'relay',
  breaks: 'of the anchors of a block that an answer holds only the first is answered',
  replaces: changedAnswer('find', (ask, tools) => async (asked) => {
    const { anchors, nextPage } = await ask(asked);
    if (asked.entityId.length > 0) return { anchors, nextPage };
    const firsts = anchors.filter(({ locator }, at) => anchors[at - 1]?.locator?.height !== locator?.height);
    if (firsts.length < anchors.length) tools.fired();
    return { anchors: firsts, nextPage };
  }),
};

export default fault;
