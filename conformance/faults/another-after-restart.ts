import type { Fault, Tools } from './fault.ts';

interface Output {
  ready(entityId: string): boolean;
}

declare class State {
  static read(...parts: unknown[]): unknown;
}

let restarted = false;

const fault: Fault = {
  id: 'another-after-restart',
  requirement: 'MDT-TGT-005',
  breaks: 'after a restart `ready` names another entity',
  replaces: {
    'reference/entity/state.ts': {
      EntityState: (original: typeof State) =>
        class extends original {
          static override read(...parts: unknown[]): unknown {
            restarted = true;
            return super.read(...parts);
          }
        },
    },
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: (text: string) => void) => Output, tools: Tools) =>
        class extends original {
          override ready(entityId: string): boolean {
            if (!restarted) return super.ready(entityId);
            tools.fired();
            return super.ready('44'.repeat(32));
          }
        },
    },
  },
};

export default fault;
