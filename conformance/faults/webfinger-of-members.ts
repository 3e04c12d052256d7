import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'webfinger-of-members',
  requirement: 'MDT-IDP-022',
  role: 'idp',
  breaks: 'WebFinger knows those who have an account',
  replaces: replacing('reference/idp/webfinger.ts', 'webFinger', (original, tools) => (issuer, query) => {
    const resource = (query as URLSearchParams).get('resource');
    if (resource?.startsWith('acct:nobody') === true) {
      tools.fired();
      return { status: 404, body: {} };
    }
    return original(issuer, query);
  }),
};

export default fault;
