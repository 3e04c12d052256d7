import type { Fault } from './fault.ts';
import { rewriteMetadata } from './ways/metadata.ts';

const fault: Fault = {
  id: 'metadata-of-another-block',
  requirement: 'MDT-HST-008',
  breaks: 'the locator in the metadata is that of another block',
  replaces: rewriteMetadata((metadata) => ({
    ...metadata,
    milagro_birth_record_anchor: {
      ...metadata.milagro_birth_record_anchor,
      block_hash: '00'.repeat(32),
      height: 1,
      tx_index: 9,
    },
  })),
};

export default fault;
