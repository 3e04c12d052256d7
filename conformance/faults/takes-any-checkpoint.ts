import type { Fault } from './fault.ts';
import { changedAnswer, codeOf } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'takes-any-checkpoint',
  requirement: 'MDT-RLY-020',
  role: 'relay',
  breaks: 'a statement is taken whose checkpoint is in another chain',
  replaces: changedAnswer('register', (ask, tools) => async (asked) => {
    try {
      return await ask(asked);
    } catch (error) {
      const { field } = error as { field?: string };
      if (codeOf(error) !== 'MDT_WRONG_CHAIN' || field !== 'statement/chain/checkpoint') throw error;
      tools.fired();
      return { registrationId: Buffer.alloc(32, 2) };
    }
  }),
};

export default fault;
