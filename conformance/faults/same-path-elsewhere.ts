import type { Fault, Tools } from './fault.ts';

interface Hosted {
  readonly birth_record: { readonly services: { readonly birth_record: string } };
}

type Check = (hosted: Hosted, request: { readonly url: string }, evidence: object) => unknown;

const fault: Fault = {
  id: 'same-path-elsewhere',
  requirement: 'MDT-VER-108',
  role: 'pat',
  breaks: 'a record is taken at any host and port, where the path is the one that it names',
  replaces: {
    'reference/core/verification/record-steps.ts': {
      checkRecord: (original: Check, tools: Tools) => (hosted: Hosted, request: { url: string }, evidence: object) => {
        const { birth_record: own } = hosted.birth_record.services;
        const isSame = new URL(own).pathname === new URL(request.url).pathname;
        if (isSame && own !== request.url) tools.fired();
        return original(hosted, isSame ? { ...request, url: own } : request, evidence);
      },
    },
  },
};

export default fault;
