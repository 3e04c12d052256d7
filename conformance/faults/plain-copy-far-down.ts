import type { Fault, Tools } from './fault.ts';

interface Directory {
  replace(name: string, octets: Uint8Array): void;
}

interface Sealed {
  file: { write(content: Uint8Array): void };
}

type Open = (directory: Directory, ...rest: unknown[]) => Promise<Sealed>;

const FAR_DOWN = 64 * 1024 * 1024;
let isCopied = false;

const fault: Fault = {
  id: 'plain-copy-far-down',
  requirement: 'MDT-SEC-003',
  breaks: 'the state lies in clear at the end of a large file',
  replaces: {
    'reference/runtime/sealed-file.ts': {
      SealedFile: (original: { open: Open }, tools: Tools) => ({
        open: async (directory: Directory, ...rest: unknown[]) => {
          const opened = await original.open(directory, ...rest);
          const write = (content: Uint8Array): void => {
            opened.file.write(content);
            if (isCopied) return;
            isCopied = true;
            tools.fired();
            directory.replace('cache', Buffer.concat([Buffer.alloc(FAR_DOWN, '.'), content]));
          };
          return { ...opened, file: { write } };
        },
      }),
    },
  },
};

export default fault;
