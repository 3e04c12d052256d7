import type { Fault, Tools } from './fault.ts';

interface Hosted {
  readonly birth_record: { readonly services: { readonly birth_record: string } };
}

interface Request {
  readonly url: string;
  readonly bundled: boolean;
}

type Check = (hosted: Hosted, request: Request, evidence: object) => unknown;

const fault: Fault = {
  id: 'takes-copies',
  requirement: 'MDT-VER-108',
  role: 'pat',
  breaks: 'a record is taken at any place, whichever it names',
  replaces: {
    'reference/core/verification/record-steps.ts': {
      checkRecord: (original: Check, tools: Tools) => (hosted: Hosted, request: Request, evidence: object) => {
        const { birth_record: url } = hosted.birth_record.services;
        if (!request.bundled && request.url !== url) tools.fired();
        return original(hosted, { ...request, url }, evidence);
      },
    },
  },
};

export default fault;
