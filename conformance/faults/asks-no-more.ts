import type { Fault, Tools } from './fault.ts';

interface Output {
  ready(...parts: string[]): boolean;
  funding(address: string, minSat: number): void;
}

const fault: Fault = {
  id: 'asks-no-more',
  requirement: 'MDT-LIN-022',
  breaks: 'a target that has been ready asks for no coin any more',
  replaces: {
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: unknown) => Output, tools: Tools) =>
        class extends original {
          #wasReady = false;

          override ready(...parts: string[]): boolean {
            this.#wasReady = true;
            return super.ready(...parts);
          }

          override funding(address: string, minSat: number): void {
            if (this.#wasReady) tools.fired();
            else super.funding(address, minSat);
          }
        },
    },
  },
};

export default fault;
