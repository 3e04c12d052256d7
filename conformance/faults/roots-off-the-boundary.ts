import type { Fault } from './fault.ts';
import { changedMoment } from './ways/moment.ts';

const fault: Fault = {
  id: 'roots-off-the-boundary',
  requirement: 'MDT-DOC-018',
  breaks: 'the checkpoint of roots is a block that is none, at no multiple of 2016',
  shows: ['logging'],
  replaces: changedMoment('activity-root', ({ chain }) => ({
    chain: { ...chain, checkpoint: { height: 7, hash: 'cd'.repeat(32) } },
  })),
};

export default fault;
