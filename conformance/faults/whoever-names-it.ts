import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'whoever-names-it',
  requirement: 'MDT-RLY-008',
  role: 'relay',
  breaks: 'FindAnchors by entity answers every anchor whose payload names it',
  replaces: changedAnswer('find', (ask, tools) => async (asked) => {
    const right = await ask(asked); // what has another form is refused as ever
    if (asked.entityId.length === 0) return right;
    tools.fired();
    const { anchors } = await ask({ ...asked, entityId: Buffer.alloc(0), limit: 0, page: Buffer.alloc(0) });
    return { anchors: anchors.filter(({ payload }) => payload.includes(asked.entityId)), nextPage: Buffer.alloc(0) };
  }),
};

export default fault;
