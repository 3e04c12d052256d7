import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'openid-metadata-of-another',
  requirement: 'MDT-IDP-003',
  role: 'idp',
  breaks: 'the metadata name the digest of another record',
  replaces: replacing('reference/idp/openid-metadata.ts', 'openidMetadata', (original, tools) => (...given) => {
    tools.fired();
    const metadata = original(...given) as Record<string, unknown>;
    return { ...metadata, milagro_birth_record_sha256: '00'.repeat(32) };
  }),
};

export default fault;
