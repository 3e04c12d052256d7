import type { Fault, Tools } from './fault.ts';

interface Asked {
  readonly statement_digest?: string;
  readonly signed: { readonly statement: { readonly statement_digest: string } };
}

type Prove = (asked: Asked) => unknown;

const fault: Fault = {
  id: 'expects-anything',
  requirement: 'MDT-PAT-103',
  role: 'pat',
  breaks: 'a signature of its own is proven, whatever it was to state',
  replaces: {
    'reference/pat/own-signatures.ts': {
      proveOwn: (original: Prove, tools: Tools) => (asked: Asked) => {
        const { statement_digest: stated } = asked.signed.statement;
        if (asked.statement_digest !== stated) tools.fired();
        return original({ ...asked, statement_digest: stated });
      },
    },
  },
};

export default fault;
