import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'webfinger-of-another',
  requirement: 'MDT-IDP-022',
  role: 'idp',
  breaks: 'WebFinger names another issuer',
  replaces: replacing('reference/idp/webfinger.ts', 'webFinger', (original, tools) => (issuer, query) => {
    const resource = (query as URLSearchParams).get('resource');
    if (resource !== null) {
      tools.fired();
      return original('https://elsewhere.invalid', new URLSearchParams({ resource: 'acct:a@elsewhere.invalid' }));
    }
    return original(issuer, query);
  }),
};

export default fault;
