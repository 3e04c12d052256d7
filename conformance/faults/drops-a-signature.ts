import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

/** By its number in RegistrationMode. */
const BATCHED = 2;

const fault: Fault = {
  id: 'drops-a-signature',
  requirement: 'MDT-RLY-025',
  role: 'relay',
  breaks: 'the registration that came last before a block is left out of the batch',
  also: [
    { requirement: 'MDT-RLY-027', reason: 'no transaction can be told of it' },
    { requirement: 'MDT-RLY-029', reason: 'the batches together hold fewer leaves than were taken' },
  ],
  replaces: changedMethod(
    'reference/relay/registration-store.ts',
    'RegistrationStore',
    'lastOf',
    (original, tools) => (mode: number) => {
      const last = original(mode) as number;
      if (mode !== BATCHED || last < 2) return last;
      tools.fired();
      return last - 1;
    },
  ),
};

export default fault;
