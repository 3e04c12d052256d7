import type { Fault } from './fault.ts';
import { changedStatus } from './ways/status.ts';

const fault: Fault = {
  id: 'born-without-a-code',
  requirement: 'MDT-STA-006',
  breaks: 'the first STATUS lacks a code',
  replaces: changedStatus(({ before, codes }) =>
    before ? undefined : { codes: codes.filter((code) => code !== 'WAR') },
  ),
};

export default fault;
