/** Judges of what chapters 8 and 9 show: trees, notes, checkpoints, promises, roots, STATUSes. */
import type {
  ChainCheckpoint,
  ChainParameters,
  HostedActivityRoot,
  HostedStatus,
  LogPromise,
} from '../../reference/gen/schemas.ts';
import { documentDigest, refuseRoot, refuseSucceeded, refuseTree } from '../oracle/activity-root.ts';
import { promiseHash, readCheckpoint, readSigned, refusePromise } from '../oracle/checkpoint.ts';
import { datingCode, type Headers } from '../oracle/dating.ts';
import { HeaderTree } from '../oracle/header-chain.ts';
import { leafHash, refuseConsistency, refuseInclusion, treeRoot } from '../oracle/log-tree.ts';
import { Refusal } from '../oracle/refusal.ts';
import { refuseSignature } from '../oracle/signature.ts';
import { judgeCanary, type StatusRecord } from '../oracle/status.ts';
import { tilePath, tilesOf } from '../oracle/tile.ts';
import { refuseSchema } from './refuse-schema.ts';

const octets = (hex: string): Buffer => Buffer.from(hex, 'hex');

export const LOG_JUDGES: Readonly<Record<string, (input: never) => unknown>> = {
  'activity-root': ({ entity_id: entityId, records, roots, entries, chain }: RootsInput) => {
    const headers = chain && headersOf(chain);
    let before: { root: HostedActivityRoot['activity_root']; record: number; sha256: string } | undefined;
    for (const shown of roots) {
      refuseSchema('hosted-activity-root', shown);
      const { activity_root: root, sha256, signature } = shown;
      const digest = documentDigest(root);
      if (digest !== sha256) throw new Refusal('MDT_DIGEST', '/sha256', 'not that of the root');
      const record = signerOf(digest, signature, records, before?.record ?? 0);
      refuseSucceeded(root, records[record]?.succeeded_at);
      const periodSeconds = records[record]?.log_period_seconds ?? 0;
      refuseRoot(root, before?.root, { entityId, periodSeconds });
      const misdated = headers && datingCode(root, headers);
      if (misdated !== undefined) throw new Refusal(misdated, '/freshness', 'not of this chain and time');
      if (entries) refuseTree(root, entries.map(octets));
      before = { root, record, sha256 };
    }
    return { seq: before?.root.seq, sha256: before?.sha256 };
  },

  canary: (input: CanaryInput) => {
    for (const shown of [...input.shown, ...input.known]) refuseSchema('hosted-status', shown);
    return judgeCanary({ ...input, now: Date.parse(input.now) / 1000 });
  },

  'log-checkpoint': (input: { checkpoint: string; entity_id: string; log_key: string }) => {
    const head = readCheckpoint(octets(input.checkpoint), input.entity_id, octets(input.log_key));
    return { tree_size: head.tree_size, root: head.root.toString('hex') };
  },

  'log-consistency': (input: ConsistencyInput) => {
    refuseConsistency({
      first_size: input.first_size,
      first_root: octets(input.first_root),
      second_size: input.second_size,
      second_root: octets(input.second_root),
      proof: input.proof.map(octets),
    });
    return {};
  },

  'log-inclusion': (input: InclusionInput) => {
    const { index, tree_size, proof } = input;
    const [leaf_hash, root] = [octets(input.leaf_hash), octets(input.root)];
    refuseInclusion({ leaf_hash, index, tree_size, root, proof: proof.map(octets) });
    return {};
  },

  'log-promise': ({ entity_id, log_key, promise }: { entity_id: string; log_key: string; promise: LogPromise }) => {
    refuseSchema('promise', promise);
    refusePromise({ entity_id, ...promise }, octets(log_key));
    return { hash: promiseHash({ entity_id, ...promise }).toString('hex') };
  },

  'log-root': ({ entries }: { entries: string[] }) => {
    const leaves = entries.map((entry) => leafHash(octets(entry)));
    return { leaf_hashes: leaves.map((leaf) => leaf.toString('hex')), root: treeRoot(leaves).toString('hex') };
  },

  'signed-note': (input: { note: string; name: string; public_key: string }) => ({
    text: Buffer.from(readSigned(octets(input.note), input.name, octets(input.public_key))).toString('hex'),
  }),

  'tile-path': ({ level, index, width }: { level: number | 'entries'; index: number; width: number }) => ({
    path: tilePath(level, index, width),
  }),

  'tiles-of-tree': ({ tree_size: size }: { tree_size: number }) => ({ levels: tilesOf(size) }),
};

interface RootsInput {
  entity_id: string;
  records: { anchor: string; log_period_seconds: number; succeeded_at?: number }[];
  roots: HostedActivityRoot[];
  entries?: string[];
  /** The reader's own headers, where they are shown. */
  chain?: {
    parameters: ChainParameters;
    checkpoint: ChainCheckpoint;
    headers: string;
    confirmations: number;
    now: string;
  };
}

function headersOf({ parameters, checkpoint, headers, confirmations, now }: NonNullable<RootsInput['chain']>): Headers {
  const tree = new HeaderTree(parameters, checkpoint);
  tree.read((headers.match(/.{160}/g) ?? []).map(octets), Date.parse(now) / 1000);
  const active = new Map(tree.active.map((header) => [header.height, header]));
  const [lowest, tip] = [Math.min(...active.keys()), tree.best.height];
  return {
    ...{ genesis: parameters.genesis, active, lowest, tip, confirmations },
    medianTimePast: (header) => tree.medianTimePast(header),
  };
}

interface CanaryInput {
  entity_id: string;
  records: StatusRecord[];
  shown: HostedStatus[];
  known: HostedStatus[];
  now: string;
}

interface ConsistencyInput {
  first_size: number;
  first_root: string;
  second_size: number;
  second_root: string;
  proof: string[];
}

interface InclusionInput {
  leaf_hash: string;
  index: number;
  tree_size: number;
  root: string;
  proof: string[];
}

/** The record in force when a root was written, which is the one whose key signed it; none before `from` signs any more. */
function signerOf(digest: string, signature: string, records: RootsInput['records'], from: number): number {
  let refusal = new Refusal('MDT_SIGNATURE', '/signature', 'by no record of the entity');
  for (const [index, { anchor }] of records.entries()) {
    if (index < from) continue;
    try {
      refuseSignature('MDT/1/milagro-activity-root', octets(digest), octets(signature), octets(anchor));
      return index;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== 'MDT_SIGNATURE') refusal = error;
    }
  }
  throw refusal;
}
