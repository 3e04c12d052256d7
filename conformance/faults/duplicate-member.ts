import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'duplicate-member',
  requirement: 'MDT-DOC-001',
  breaks: 'the hosted record has a member twice',
  replaces: rewriteHosted(
    () => undefined,
    (text) => text.replace('"spec":"1.0"', '"spec":"1.0","spec":"1.0"'),
  ),
};

export default fault;
