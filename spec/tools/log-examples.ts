/** The worked examples of chapters 8 and 9: two entries and what is made of them, a root, a STATUS. */
import { readCheckpoint, refusePromise } from '../../conformance/oracle/checkpoint.ts';
import { refuseRoot, refuseTree } from '../../conformance/oracle/activity-root.ts';
import { leafHash, refuseConsistency, refuseInclusion, treeRoot } from '../../conformance/oracle/log-tree.ts';
import { refuseSignature } from '../../conformance/oracle/signature.ts';
import { judgeCanary } from '../../conformance/oracle/status.ts';
import {
  checkpointOf,
  consistencyPath,
  ENTITY_ID,
  entryAt,
  entryOctets,
  hashesOf,
  inclusionPath,
  LOG_KEY,
  promiseHash,
  promiseOf,
} from '../../vectors/tools/example-activity.ts';
import { digestOfRecord } from '../../vectors/tools/example-record.ts';
import { sha256, tagged } from '../../vectors/tools/keys.ts';
import { RECORD } from '../../vectors/tools/recorded-proofs.ts';
import { PERIOD, roots, statuses } from '../../vectors/tools/written-series.ts';

/** The period from 00:00 to 01:00 on 2 January 2026. */
const START = Date.parse('2026-01-02T00:00:00Z') / 1000;
const TIMES = [START + 60, START + 120, START + 300];
const ENTRIES = TIMES.map((time, index) => entryOctets(entryAt(index, time)));
const [FIRST = Buffer.alloc(0), SECOND = Buffer.alloc(0)] = ENTRIES;
const LEAVES = hashesOf(ENTRIES);
const [, SECOND_LEAF = Buffer.alloc(0)] = LEAVES;
const PROMISE = promiseOf(SECOND, 1, TIMES[1] ?? 0);
const PROMISED = promiseHash(SECOND_LEAF, 1, TIMES[1] ?? 0);
const CHECKPOINT = checkpointOf(LEAVES);
const [ROOT] = roots(START, { entries: ENTRIES });
const [STATUS] = statuses({ at: START - 60 });
if (!ROOT || !STATUS) throw new Error('no example');

interface HexExample {
  octets: Buffer;
  judge?(): void;
}

interface JsonExample {
  value: unknown;
  schema?: string;
  judge?(): Promise<void>;
}

interface TextExample {
  text: string;
  judge?(): void;
}

const signed = (type: string, digest: string, signature: string, key: string): HexExample => ({
  octets: Buffer.from(signature, 'hex'),
  judge: () => {
    const [hash, octets, by] = [digest, signature, key].map((hex) => Buffer.from(hex, 'hex')) as [
      Buffer,
      Buffer,
      Buffer,
    ];
    refuseSignature(`MDT/1/${type}`, hash, octets, by);
  },
});

/** Examples that are text. */
export const LOG_TEXTS: Readonly<Record<string, TextExample>> = {
  'log-entry': { text: FIRST.toString('utf8') },
  'log-checkpoint': {
    text: CHECKPOINT.trimEnd(),
    judge: () => void readCheckpoint(Buffer.from(CHECKPOINT), ENTITY_ID.toString('hex'), Buffer.from(LOG_KEY, 'hex')),
  },
};

/** Examples that are octets. */
export const LOG_OCTETS: Readonly<Record<string, HexExample>> = {
  'log-leaf-hash': { octets: leafHash(FIRST) },
  'promise-hash': { octets: PROMISED },
  'log-root': { octets: treeRoot(LEAVES) },
  'log-inclusion': {
    octets: Buffer.concat(inclusionPath(1, LEAVES)),
    judge: () =>
      refuseInclusion({
        ...{ leaf_hash: SECOND_LEAF, index: 1, tree_size: 3 },
        ...{ root: treeRoot(LEAVES), proof: inclusionPath(1, LEAVES) },
      }),
  },
  'log-consistency': {
    octets: Buffer.concat(consistencyPath(2, LEAVES)),
    judge: () =>
      refuseConsistency({
        ...{ first_size: 2, first_root: treeRoot(LEAVES.slice(0, 2)), second_size: 3, second_root: treeRoot(LEAVES) },
        proof: consistencyPath(2, LEAVES),
      }),
  },
  'activity-root-digest': { octets: Buffer.from(ROOT.sha256, 'hex') },
  'activity-root-signed-hash': {
    octets: sha256(tagged('MDT/1/milagro-activity-root', Buffer.from(ROOT.sha256, 'hex'))),
  },
  'activity-root-signature': signed('milagro-activity-root', ROOT.sha256, ROOT.signature, RECORD.keys.anchor),
  'status-digest': { octets: Buffer.from(STATUS.sha256, 'hex') },
  'status-signed-hash': { octets: sha256(tagged('MDT/1/milagro-status', Buffer.from(STATUS.sha256, 'hex'))) },
  'status-signature': signed('milagro-status', STATUS.sha256, STATUS.signature, RECORD.keys.status),
};

/** Examples that are JSON. */
export const LOG_JSON: Readonly<Record<string, JsonExample>> = {
  promise: {
    value: PROMISE,
    schema: 'promise',
    judge: async () => refusePromise({ entity_id: ENTITY_ID.toString('hex'), ...PROMISE }, Buffer.from(LOG_KEY, 'hex')),
  },
  'activity-root': {
    value: ROOT.activity_root,
    schema: 'activity-root',
    judge: async () => {
      refuseRoot(ROOT.activity_root, undefined, { entityId: ENTITY_ID.toString('hex'), periodSeconds: PERIOD });
      refuseTree(ROOT.activity_root, ENTRIES);
    },
  },
  status: { value: STATUS.status, schema: 'status', judge: async () => judgeStatus() },
};

/** What the table of 9.3 says of the example while it lives, when it is late, and after its end. */
function judgeStatus(): void {
  const record = {
    digest: digestOfRecord(RECORD).toString('hex'),
    ...{ status_key: RECORD.keys.status, canary_max_age_seconds: RECORD.policy.canary_max_age_seconds },
  };
  const states = [START, Date.parse('2026-01-03T14:00:00Z') / 1000, Date.parse('2026-01-05T04:00:00Z') / 1000].map(
    (now) =>
      judgeCanary({ entity_id: record.digest, records: [record], shown: STATUS ? [STATUS] : [], known: [], now }).state,
  );
  if (states.join(' ') !== 'ACTIVE STALE TRIPPED') throw new Error(`the canary is ${states.join(', ')}`);
}
