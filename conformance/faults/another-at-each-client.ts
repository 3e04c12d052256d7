import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

const fault: Fault = {
  id: 'another-at-each-client',
  requirement: 'MDT-IDP-008',
  role: 'idp',
  breaks: 'a person has another sub at each client',
  also: [{ requirement: 'MDT-IDP-026', reason: 'what a thing is told of itself is made another, too' }],
  replaces: changedSettings((_settings, tools) => ({
    ...{ subjectTypes: ['pairwise'] },
    pairwiseIdentifier: (_context: unknown, subject: string, { clientId }: { clientId: string }) => {
      tools.fired();
      return `${subject}-${clientId}`;
    },
  })),
};

export default fault;
