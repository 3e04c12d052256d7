import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'foreign-issuer',
  requirement: 'MDT-REC-005',
  breaks: 'the issuer in the record is another than the configured one',
  also: [{ requirement: 'MDT-ANC-006', reason: 'the host hint is still that of the configured issuer' }],
  replaces: {
    'reference/entity/identity.ts': {
      recordIdentity:
        (original: (...parts: unknown[]) => object, tools: Tools) =>
        (...parts: unknown[]) => {
          tools.fired();
          return { ...original(...parts), issuer: 'https://dta.example.org' };
        },
      checkAgainstRecord: () => () => undefined,
    },
  },
};

export default fault;
