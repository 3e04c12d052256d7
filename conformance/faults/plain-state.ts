import type { Fault, Tools } from './fault.ts';

interface Directory {
  replace(name: string, octets: Uint8Array): void;
}

interface Sealed {
  file: { write(content: Uint8Array): void };
}

type Open = (directory: Directory, ...rest: unknown[]) => Promise<Sealed>;

const fault: Fault = {
  id: 'plain-state',
  requirement: 'MDT-SEC-003',
  breaks: 'beside the sealed state lies a copy in clear',
  replaces: {
    'reference/runtime/sealed-file.ts': {
      SealedFile: (original: { open: Open }, tools: Tools) => ({
        open: async (directory: Directory, ...rest: unknown[]) => {
          const opened = await original.open(directory, ...rest);
          const { file } = opened;
          const write = (content: Uint8Array): void => {
            tools.fired();
            file.write(content);
            directory.replace('state.json', content);
          };
          return { ...opened, file: { write } };
        },
      }),
    },
  },
};

export default fault;
