import type { Fault } from './fault.ts';
import { withoutParameter } from './ways/openid.ts';

const fault: Fault = {
  id: 'asks-though-not-to',
  requirement: 'MDT-IDP-034',
  role: 'idp',
  breaks: 'prompt=none is ignored, and pages are shown',
  replaces: withoutParameter('prompt', 'none'),
};

export default fault;
