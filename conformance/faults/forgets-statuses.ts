import type { Fault, Tools } from './fault.ts';

interface State {
  rememberStatuses: (...given: unknown[]) => void;
}

const fault: Fault = {
  id: 'forgets-statuses',
  requirement: 'MDT-STA-107',
  role: 'pat',
  breaks: 'no STATUS is remembered',
  also: [
    { requirement: 'MDT-STA-102', reason: 'of two stories only the one that is told now is known' },
    { requirement: 'MDT-STA-103', reason: 'where no STATUS is shown none is known' },
  ],
  replaces: {
    'reference/pat/state.ts': {
      remembering: (original: () => State, tools: Tools) => () => {
        const state = original();
        state.rememberStatuses = () => tools.fired();
        return state;
      },
    },
  },
};

export default fault;
