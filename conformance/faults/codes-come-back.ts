import type { Fault } from './fault.ts';
import { changedStatus } from './ways/status.ts';

const ALL = ['WAR', 'GAG', 'SUBP', 'TRAP', 'CEASE', 'DURESS', 'RAID', 'SEIZE', 'XCRED', 'XOPERS'];

const fault: Fault = {
  id: 'codes-come-back',
  requirement: 'MDT-STA-007',
  breaks: 'a code that has triggered is stated again',
  replaces: changedStatus(({ before, codes }) => {
    const held = before?.document.codes ?? [];
    return before && held.length < ALL.length && codes.length < ALL.length ? { codes: ALL } : undefined;
  }),
};

export default fault;
