import type { Fault } from './fault.ts';
import { rewriteRecord, withMembers } from './ways/record.ts';

const fault: Fault = {
  id: 'checkpoint-off-the-boundary',
  requirement: 'MDT-DOC-018',
  breaks: 'the checkpoint is at no multiple of 2016',
  replaces: rewriteRecord((record) =>
    withMembers(record, {
      chain: { checkpoint: { height: 6, hash: '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206' } },
    }),
  ),
};

export default fault;
