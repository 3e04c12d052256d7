import type { Fault } from './fault.ts';
import { rewriteMetadata } from './ways/metadata.ts';

const fault: Fault = {
  id: 'metadata-of-another',
  requirement: 'MDT-HST-008',
  breaks: 'the metadata states another entity_id than the record',
  replaces: rewriteMetadata((metadata) => ({ ...metadata, entity_id: '00'.repeat(32) })),
};

export default fault;
