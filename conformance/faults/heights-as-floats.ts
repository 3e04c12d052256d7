import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

const fault: Fault = {
  id: 'heights-as-floats',
  requirement: 'MDT-DOC-002',
  breaks: 'integers are written with a fraction',
  replaces: rewriteHosted(
    () => undefined,
    (text) => text.replaceAll(/"height":(\d+)/g, '"height":$1.0'),
  ),
};

export default fault;
