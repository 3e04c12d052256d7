import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'openid-metadata-cut',
  requirement: 'MDT-IDP-001',
  role: 'idp',
  breaks: 'the metadata do not say that clients are told of a logout by frames',
  replaces: replacing('reference/idp/openid-metadata.ts', 'openidMetadata', (original, tools) => (...given) => {
    tools.fired();
    const metadata = original(...given) as Record<string, unknown>;
    const { frontchannel_logout_supported: _cut, ...rest } = metadata;
    return rest;
  }),
};

export default fault;
