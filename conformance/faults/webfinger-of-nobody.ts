import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'webfinger-of-nobody',
  requirement: 'MDT-IDP-022',
  role: 'idp',
  breaks: 'WebFinger answers who asks for nobody',
  replaces: replacing('reference/idp/webfinger.ts', 'webFinger', (original, tools) => (issuer, query) => {
    const resource = (query as URLSearchParams).get('resource');
    if (resource === null) {
      tools.fired();
      return { status: 200, body: { links: [] } };
    }
    return original(issuer, query);
  }),
};

export default fault;
