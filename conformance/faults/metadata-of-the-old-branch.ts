import type { Fault } from './fault.ts';
import { rewriteMetadata } from './ways/metadata.ts';

interface Locator {
  readonly txid: string;
  readonly block_hash: string;
  readonly height: number;
  readonly tx_index: number;
}

/** Places as they were first given, by transaction ID. */
const first = new Map<string, object>();

const fault: Fault = {
  id: 'metadata-of-the-old-branch',
  requirement: 'MDT-LOC-004',
  breaks: 'the locator in the metadata is given out once and never anew',
  also: [{ requirement: 'MDT-HST-008', reason: 'the locator of the hosted record is that of the new branch' }],
  replaces: rewriteMetadata((metadata) => {
    const locator = metadata.milagro_birth_record_anchor as Locator;
    const { txid, block_hash, height, tx_index } = locator;
    if (!first.has(txid)) first.set(txid, { block_hash, height, tx_index });
    return { ...metadata, milagro_birth_record_anchor: { ...locator, ...first.get(txid) } };
  }),
};

export default fault;
