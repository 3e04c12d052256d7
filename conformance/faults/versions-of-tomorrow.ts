import type { Fault } from './fault.ts';
import { rewriteMetadata } from './ways/metadata.ts';

const fault: Fault = {
  id: 'versions-of-tomorrow',
  requirement: 'MDT-HST-008',
  breaks: 'the metadata does not list the version that the record has',
  replaces: rewriteMetadata((metadata) => ({ ...metadata, milagro_spec_versions_supported: ['9.9'] })),
};

export default fault;
