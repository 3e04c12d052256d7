import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'nameless-field',
  requirement: 'MDT-RLY-034',
  role: 'relay',
  breaks: 'a member of a wrong length is refused without its name',
  replaces: {
    'reference/relay/request-checks.ts': {
      exactly:
        (original: (octets: Buffer, length: number, field: string) => Buffer, tools: Tools) =>
        (octets: Buffer, length: number, _field: string) => {
          if (octets.length !== length) tools.fired();
          return original(octets, length, '');
        },
    },
  },
};

export default fault;
