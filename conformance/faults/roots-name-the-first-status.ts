import type { Fault } from './fault.ts';
import { changedRoot } from './ways/root.ts';

let first: string | undefined;

const fault: Fault = {
  id: 'roots-name-the-first-status',
  requirement: 'MDT-STA-013',
  breaks: 'every root names the first STATUS',
  replaces: changedRoot(({ statusDigest }) => {
    if (first === undefined) {
      first = statusDigest;
      return undefined;
    }
    return { statusDigest: first };
  }),
};

export default fault;
