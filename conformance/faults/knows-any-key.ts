import type { Fault, Tools } from './fault.ts';

interface Asked {
  readonly subject_key?: string;
  readonly signed: { readonly statement: { readonly subject_key: string } };
}

type Prove = (asked: Asked) => unknown;

const fault: Fault = {
  id: 'knows-any-key',
  requirement: 'MDT-PAT-102',
  role: 'pat',
  breaks: 'the key that is known is read from the statement that is to be proven',
  replaces: {
    'reference/pat/own-signatures.ts': {
      proveOwn: (original: Prove, tools: Tools) => (asked: Asked) => {
        const { subject_key: own } = asked.signed.statement;
        if (asked.subject_key !== own) tools.fired();
        return original({ ...asked, subject_key: own });
      },
    },
  },
};

export default fault;
