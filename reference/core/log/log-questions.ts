/** What can be asked of a log without a network: the checks of spec 8.7 on what is shown, all of it hexadecimal. */
import type {
  ChainCheckpoint,
  ChainParameters,
  HostedActivityRoot,
  LogPromise,
  PatRequest,
} from '../../gen/schemas.ts';
import { MdtError } from '../errors.ts';
import { HeaderChain } from '../header-chain.ts';
import { bytesToHex, parseHex } from '../hex.ts';
import { validate } from '../schema.ts';
import { splitHeaders } from '../verification/bundle-headers.ts';
import { datingFault } from '../verification/document-dating.ts';
import { readCheckpoint } from './checkpoint.ts';
import { entryTime } from './entry-time.ts';
import { promiseHash, verifyPromise } from './promise.ts';
import { verifyConsistency, verifyInclusion } from './proof-verification.ts';
import { checkRoot, type VerifiedRoot } from './root-succession.ts';
import { leafHash, rootOfLeaves } from './tree-hash.ts';

export type LogCheck = NonNullable<PatRequest['check']>;

/** By the name of the check: what is learnt, or an MdtError with the code of the refusal. */
export const LOG_CHECKS: Readonly<Record<LogCheck, (input: never) => object>> = {
  checkpoint: (input: { checkpoint: string; entity_id: string; log_key: string }) => {
    const { size, root } = readCheckpoint(octets(input.checkpoint), octets(input.entity_id), octets(input.log_key));
    return { tree_size: size, root: bytesToHex(root) };
  },

  inclusion: (input: { leaf_hash: string; index: number; tree_size: number; root: string; proof: string[] }) => {
    const { index, tree_size: size } = input;
    const [shown, root, proof] = [octets(input.leaf_hash), octets(input.root), input.proof.map(octets)];
    verifyInclusion({ leafHash: shown, index, size, root, proof });
    return {};
  },

  consistency: (input: ConsistencyInput) => {
    verifyConsistency({
      first: { size: input.first_size, root: octets(input.first_root) },
      second: { size: input.second_size, root: octets(input.second_root) },
      proof: input.proof.map(octets),
    });
    return {};
  },

  promise: ({ entity_id, log_key, promise }: { entity_id: string; log_key: string; promise: LogPromise }) => {
    const { leaf_hash, index, time, signature } = validate('promise', promise);
    const promised = {
      ...{ entityId: octets(entity_id), leafHash: octets(leaf_hash) },
      ...{ index, time: Date.parse(time) / 1000 },
    };
    verifyPromise(promised, octets(signature), octets(log_key));
    return { hash: bytesToHex(promiseHash(promised)) };
  },

  roots: ({ entity_id: entityId, records, roots, entries, chain }: RootsInput) => {
    const headers = chain && headersOf(chain);
    const signers = records.map(({ anchor, log_period_seconds: logPeriodSeconds, succeeded_at: succeededAt }) => ({
      ...{ key: octets(anchor), logPeriodSeconds },
      ...(succeededAt !== undefined && { succeededAt }),
    }));
    let newest: VerifiedRoot | undefined;
    for (const shown of roots) {
      newest = checkRoot(validate('hosted-activity-root', shown), newest, { entityId, signers });
      const misdated = headers && datingFault(newest.root, headers, chain.confirmations, '');
      if (misdated) throw misdated;
      if (entries) checkTree(newest, entries.map(octets));
    }
    return { seq: newest?.root.seq, sha256: newest?.sha256 };
  },
};

interface ConsistencyInput {
  readonly first_size: number;
  readonly first_root: string;
  readonly second_size: number;
  readonly second_root: string;
  readonly proof: readonly string[];
}

interface RootsInput {
  readonly entity_id: string;
  /** Of each record of the entity, the first one first. */
  readonly records: readonly {
    readonly anchor: string;
    readonly log_period_seconds: number;
    /** Height of the block that made its SUCCESSOR as deep as its policy asks. */
    readonly succeeded_at?: number;
  }[];
  readonly roots: readonly HostedActivityRoot[];
  /** All entries of the log, where they are shown. */
  readonly entries?: readonly string[];
  readonly chain?: ShownChain;
}

/** The reader's own headers, where they are shown. */
interface ShownChain {
  readonly parameters: ChainParameters;
  readonly checkpoint: ChainCheckpoint;
  /** Those after the checkpoint, one after the other. */
  readonly headers: string;
  readonly confirmations: number;
  /** RFC 3339. */
  readonly now: string;
}

function headersOf({ parameters, checkpoint, headers, now }: ShownChain): HeaderChain {
  const chain = new HeaderChain(parameters, checkpoint);
  chain.add(splitHeaders(octets(headers)), Date.parse(now) / 1000);
  return chain;
}

/** MDT-LOG-107 */
function checkTree({ root }: VerifiedRoot, entries: readonly Uint8Array[]): void {
  const end = Date.parse(root.period_end) / 1000;
  const before = entries.filter((entry) => entryTime(entry) < end);
  if (before.length !== root.tree_size)
    throw new MdtError('MDT_LOG_ROOT', `${before.length} entries are of an earlier time`, { field: '/tree_size' });
  if (bytesToHex(rootOfLeaves(Buffer.concat(before.map(leafHash)))) !== root.root)
    throw new MdtError('MDT_LOG_ROOT', 'not the root of these entries', { field: '/root' });
}

function octets(hex: string): Uint8Array {
  return parseHex(hex, 'MDT_SCHEMA', '');
}
