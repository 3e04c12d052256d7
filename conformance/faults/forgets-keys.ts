import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'forgets-keys',
  requirement: 'MDT-RLY-030',
  role: 'relay',
  breaks: 'an idempotency key says nothing of what came before with it',
  also: [
    { requirement: 'MDT-RLY-025', reason: 'what should have been refused is in the batch' },
    { requirement: 'MDT-RLY-029', reason: 'and is a leaf too many' },
    { requirement: 'MDT-RLY-023', reason: 'which is counted after a kill as well' },
  ],
  replaces: changedMethod(
    'reference/relay/registration-store.ts',
    'RegistrationStore',
    'named',
    (original, tools) => (key: Uint8Array) => {
      if (original(key) !== undefined) tools.fired();
      return undefined;
    },
  ),
};

export default fault;
