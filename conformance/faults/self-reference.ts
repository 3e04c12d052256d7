import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'self-reference',
  requirement: 'MDT-DOC-009',
  breaks: 'the hosted record holds its own digest',
  also: [
    { requirement: 'MDT-DOC-010', reason: 'a record that holds its digest has another one' },
    { requirement: 'MDT-HST-010', reason: 'GetBirthRecord still gives the record as anchored' },
  ],
  replaces: rewriteHosted((hosted) => {
    hosted.birth_record.ext = { digest: hosted.sha256 };
  }),
};

export default fault;
