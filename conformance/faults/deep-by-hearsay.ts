import type { Fault, Tools } from './fault.ts';

type Hold = (registration: object, expected: object, headers: object, confirmations: number) => object;

const fault: Fault = {
  id: 'deep-by-hearsay',
  requirement: 'MDT-CHN-110',
  role: 'pat',
  breaks: 'a signature of its own is deep enough where its relay shows any block',
  replaces: {
    'reference/pat/relay-registrations.ts': {
      heldAgainst:
        (original: Hold, tools: Tools) =>
        (...[registration, expected, headers, confirmations]: Parameters<Hold>) => {
          if (confirmations > 1) tools.fired();
          return original(registration, expected, headers, 1);
        },
    },
  },
};

export default fault;
