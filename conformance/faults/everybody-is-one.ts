import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

const fault: Fault = {
  id: 'everybody-is-one',
  requirement: 'MDT-IDP-061',
  role: 'idp',
  breaks: 'every person has the same sub',
  also: [{ requirement: 'MDT-IDP-026', reason: 'what a thing is told of itself is the same, too' }],
  replaces: changedSettings((_settings, tools) => ({
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: () => {
      tools.fired();
      return 'everybody';
    },
  })),
};

export default fault;
