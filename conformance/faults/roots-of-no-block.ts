import type { Fault } from './fault.ts';
import { changedMoment } from './ways/moment.ts';

const fault: Fault = {
  id: 'roots-of-no-block',
  requirement: 'MDT-DOC-015',
  breaks: 'the freshness block of roots has the hash of no block',
  shows: ['logging'],
  replaces: changedMoment('activity-root', ({ freshness }) => ({ freshness: { ...freshness, hash: 'ef'.repeat(32) } })),
};

export default fault;
