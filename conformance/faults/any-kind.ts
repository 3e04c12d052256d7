import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'any-kind',
  requirement: 'MDT-RLY-034',
  role: 'relay',
  breaks: 'FindAnchors takes a kind that has no octet',
  replaces: {
    'reference/relay/request-checks.ts': {
      within:
        (original: (...parts: [number, number, number, string]) => number, tools: Tools) =>
        (value: number, least: number, most: number, field: string) => {
          if (field !== 'kinds') return original(value, least, most, field);
          if (value > most) tools.fired();
          return value;
        },
    },
  },
};

export default fault;
