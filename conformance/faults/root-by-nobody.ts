import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'root-by-nobody',
  requirement: 'MDT-LOG-022',
  breaks: 'a root is shown with a signature of nobody',
  replaces: {
    'reference/log/hosted-documents.ts': {
      hostedRoot:
        (original: (...parts: unknown[]) => { signature: string }, tools: Tools) =>
        (...parts: unknown[]) => {
          const hosted = original(...parts);
          tools.fired();
          return { ...hosted, signature: hosted.signature.split('').reverse().join('') };
        },
    },
  },
};

export default fault;
