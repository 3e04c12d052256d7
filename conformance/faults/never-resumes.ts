import type { Fault, Tools } from './fault.ts';

declare class State {
  static read(...parts: unknown[]): State;
  readonly birth: unknown;
}

const fault: Fault = {
  id: 'never-resumes',
  requirement: 'MDT-LIN-010',
  breaks: 'a state without a BIRTH, left by a ceremony that was cut short, is not taken up again',
  replaces: {
    'reference/entity/state.ts': {
      EntityState: (original: typeof State, tools: Tools) =>
        class extends original {
          static override read(...parts: unknown[]): State {
            const state = super.read(...parts);
            if (state.birth !== undefined) return state;
            tools.fired();
            throw new Error('begun and not ended');
          }
        },
    },
  },
};

export default fault;
