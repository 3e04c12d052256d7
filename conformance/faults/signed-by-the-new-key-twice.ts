import type { Fault, Tools } from './fault.ts';

interface Keys {
  readonly old: object;
  readonly fresh: object;
}

type Write = (launch: unknown, records: unknown, keys: Keys, moment: unknown) => object;

const fault: Fault = {
  id: 'signed-by-the-new-key-twice',
  requirement: 'MDT-REC-018',
  breaks: 'previous_signature is made by the new key',
  replaces: {
    'reference/entity/written-documents.ts': {
      writeSuccessor:
        (original: Write, tools: Tools) => (launch: unknown, records: unknown, keys: Keys, moment: unknown) => {
          tools.fired();
          return original(launch, records, { ...keys, old: keys.fresh }, moment);
        },
    },
  },
};

export default fault;
