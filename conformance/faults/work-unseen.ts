import type { Fault, Tools } from './fault.ts';

type Meets = (hash: Uint8Array, target: Uint8Array) => boolean;

const fault: Fault = {
  id: 'work-unseen',
  requirement: 'MDT-CHN-103',
  role: 'pat',
  breaks: 'whether a header has work is not looked at',
  replaces: {
    'reference/core/header-rules.ts': {
      meets: (original: Meets, tools: Tools) => (hash: Uint8Array, target: Uint8Array) => {
        if (!original(hash, target)) tools.fired();
        return true;
      },
    },
  },
};

export default fault;
