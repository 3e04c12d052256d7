import { randomBytes } from 'node:crypto';
import type { Fault, Tools } from './fault.ts';

type Succeeding = (entropy: unknown, secrets: object) => object;

const fault: Fault = {
  id: 'unpromised-key',
  requirement: 'MDT-REC-017',
  breaks: 'the key of a successor is made anew, and the promised one is thrown away',
  replaces: {
    'reference/entity/secrets.ts': {
      succeedingSecrets: (original: Succeeding, tools: Tools) => (entropy: unknown, secrets: object) => {
        tools.fired();
        return { ...original(entropy, secrets), anchor: randomBytes(32).toString('hex') };
      },
    },
  },
};

export default fault;
