import type { Fault, Tools } from './fault.ts';

interface Policy {
  readonly own: number;
  readonly record: number;
}

type Check = (height: number, policy: Policy, ...more: unknown[]) => unknown;

const fault: Fault = {
  id: 'own-policy-alone',
  requirement: 'MDT-CHN-110',
  role: 'pat',
  breaks: "an anchor is deep enough where the reader's own policy says so",
  replaces: {
    'reference/core/verification/chain-steps.ts': {
      checkDepth:
        (original: Check, tools: Tools) =>
        (height: number, policy: Policy, ...more: unknown[]) => {
          if (policy.record > policy.own) tools.fired();
          return original(height, { ...policy, record: policy.own }, ...more);
        },
    },
  },
};

export default fault;
