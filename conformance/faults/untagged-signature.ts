import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'untagged-signature',
  requirement: 'MDT-DOC-011',
  breaks: 'the live signature signs the digest itself, without the tag',
  replaces: {
    'reference/core/tagged-hash.ts': {
      taggedHash: (_original: unknown, tools: Tools) => (_tag: string, message: Uint8Array) => {
        tools.fired();
        return message;
      },
    },
  },
};

export default fault;
