import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'endpoint-elsewhere',
  requirement: 'MDT-IDP-002',
  role: 'idp',
  breaks: 'the metadata name an endpoint at another host',
  replaces: replacing('reference/idp/openid-metadata.ts', 'openidMetadata', (original, tools) => (...given) => {
    tools.fired();
    const metadata = original(...given) as Record<string, unknown>;
    return { ...metadata, revocation_endpoint: 'http://127.0.0.1:1/revoke' };
  }),
};

export default fault;
