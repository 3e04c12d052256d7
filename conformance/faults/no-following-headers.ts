import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'no-following-headers',
  requirement: 'MDT-RLY-010',
  role: 'relay',
  breaks: 'GetAnchorProof leaves the headers out that follow',
  replaces: changedAnswer('anchorProof', (ask, tools) => async (asked) => {
    const { locator, proof } = await ask(asked);
    if (proof && proof.followingHeaders.length > 0) tools.fired();
    return { locator, proof: proof && { ...proof, followingHeaders: [] } };
  }),
};

export default fault;
