import type { Fault, Tools } from './fault.ts';

interface Identity {
  readonly keys: { readonly log: string };
}

/** Of RFC 8032, 7.1, TEST 1: a key that the reference does not hold. */
const ANOTHER = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

const fault: Fault = {
  id: 'log-key-of-before',
  requirement: 'MDT-LOG-007',
  breaks: 'a successor names a new keys.log, and the log is signed by that of before',
  also: [{ requirement: 'MDT-LOG-003', reason: 'promises are signed by the same key' }],
  replaces: {
    'reference/core/birth-record.ts': {
      buildRecord:
        (original: (identity: Identity, circumstances: { succeeds?: unknown }) => { keys: object }, tools: Tools) =>
        (identity: Identity, circumstances: { succeeds?: unknown }) => {
          const record = original(identity, circumstances);
          if (!circumstances.succeeds) return record;
          tools.fired();
          return { ...record, keys: { ...record.keys, log: ANOTHER } };
        },
    },
  },
};

export default fault;
