import type { Fault } from './fault.ts';
import { changedParts } from './ways/openid.ts';

const LATE_MS = 1_000;

const fault: Fault = {
  id: 'entered-after-the-answer',
  requirement: 'MDT-IDP-023',
  role: 'idp',
  breaks: 'a token is entered into the log a second after it is answered',
  also: [{ requirement: 'MDT-IDP-025', reason: 'the entry of the last token is not there yet' }],
  replaces: changedParts(({ enter }, tools) => ({
    enter: async (entry) => {
      if (entry.event !== 'token_issued') return enter(entry);
      tools.fired();
      setTimeout(() => void enter(entry), LATE_MS);
      return undefined;
    },
  })),
};

export default fault;
