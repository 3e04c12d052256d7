import type { Fault } from './fault.ts';
import { changedMoment } from './ways/moment.ts';

const fault: Fault = {
  id: 'roots-of-last-year',
  requirement: 'MDT-DOC-016',
  breaks: 'roots are created before their freshness block',
  also: [
    { requirement: 'MDT-LOG-021', reason: 'so is their period over before it begins' },
    { requirement: 'MDT-LOG-034', reason: 'they are dated back' },
  ],
  shows: ['logging'],
  replaces: changedMoment('activity-root', () => ({ created: '2025-11-30T12:00:00Z' })),
};

export default fault;
