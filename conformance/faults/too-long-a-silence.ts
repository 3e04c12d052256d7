import type { Fault } from './fault.ts';
import { changedStatus } from './ways/status.ts';

const fault: Fault = {
  id: 'too-long-a-silence',
  requirement: 'MDT-STA-005',
  breaks: 'a STATUS is good for longer than the record promises',
  also: [{ requirement: 'MDT-STA-008', reason: 'it is renewed by its own, later time' }],
  replaces: changedStatus(({ expiresAfter }) => ({ expiresAfter: expiresAfter + 3_600 })),
};

export default fault;
