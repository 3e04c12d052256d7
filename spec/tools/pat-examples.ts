/** The worked example of chapter 10: a statement, its signature, and both ways into the chain. */
import { leafHash, refuseInclusion, treeRoot } from '../../conformance/oracle/log-tree.ts';
import { readPayload } from '../../conformance/oracle/payload.ts';
import { refuseMessageSignature } from '../../conformance/oracle/signature.ts';
import { inclusionPath } from '../../vectors/tools/example-activity.ts';
import { digestOfRecord } from '../../vectors/tools/example-record.ts';
import { tagged } from '../../vectors/tools/keys.ts';
import {
  bodyOf,
  hashOf,
  leafOf,
  leavesOf,
  signatureOf,
  statementOf,
} from '../../vectors/tools/registered-statements.ts';

const STATEMENT = statementOf();
const SIGNATURE = Buffer.from(signatureOf(STATEMENT), 'hex');
const LEAF = leafOf(STATEMENT, SIGNATURE.toString('hex'));
const INDEX = 1;
const LEAVES = leavesOf(3).with(INDEX, LEAF);
const HASHES = LEAVES.map(leafHash);
const PATH = inclusionPath(INDEX, HASHES);
const HEAD = `${Buffer.from('Milagro D-TA').toString('hex')}01`;

interface HexExample {
  octets: Buffer;
  judge?(): void;
}

export const PAT_OCTETS: Readonly<Record<string, HexExample>> = {
  'pat-digest': { octets: digestOfRecord(STATEMENT) },
  'pat-signed-hash': { octets: hashOf(STATEMENT) },
  'pat-signature': {
    octets: SIGNATURE,
    judge: () => {
      const key = Buffer.from(STATEMENT.subject_key, 'hex');
      const message = tagged('MDT/1/pat-signature', Buffer.concat([key, digestOfRecord(STATEMENT)]));
      refuseMessageSignature(message, SIGNATURE, key);
    },
  },
  'pat-payload-direct': payload(`10${SIGNATURE.toString('hex')}`, 'PAT_SIGNATURE'),
  'pat-leaf': { octets: LEAF },
  'pat-leaf-hash': { octets: leafHash(LEAF) },
  'pat-payload-batch': payload(bodyOf(LEAVES), 'PAT_BATCH'),
  'pat-path': {
    octets: Buffer.concat(PATH),
    judge: () => {
      const shown = { leaf_hash: leafHash(LEAF), index: INDEX, tree_size: LEAVES.length };
      refuseInclusion({ ...shown, root: treeRoot(HASHES), proof: PATH });
    },
  },
};

export const PAT_JSON: Readonly<Record<string, { value: unknown; schema: string; judge?(): Promise<void> }>> = {
  'pat-statement': { value: STATEMENT, schema: 'pat-statement' },
};

function payload(body: string, kind: string): HexExample {
  const octets = Buffer.from(`${HEAD}${body}`, 'hex');
  return {
    octets,
    judge: () => {
      if (readPayload(octets)?.kind !== kind) throw new Error(`no ${kind}`);
    },
  };
}
