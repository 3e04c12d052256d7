/** Reading activity roots (spec 8.7): who signed each, and whether it follows from the one before. */
import type { ActivityRoot, HostedActivityRoot } from '../../gen/schemas.ts';
import { firstPeriodStart, periodEnd } from '../activity-root.ts';
import { documentDigest } from '../canonical.ts';
import { verifyDigestSignature } from '../document-signature.ts';
import { MdtError } from '../errors.ts';
import { bytesToHex, parseHex } from '../hex.ts';

/** MDT-LOG-108: a SUCCESSOR takes a while to be taken up by a writer whose blocks are fast. */
const SUCCESSION_BLOCKS = 24;

/** What a record of an entity says of its roots. */
export interface RootSigner {
  /** `keys.anchor`, 33 octets. */
  readonly key: Uint8Array;
  readonly logPeriodSeconds: number;
  /** Height of the block that made its SUCCESSOR as deep as its policy asks, where it was succeeded and that is known. */
  readonly succeededAt?: number;
}

export interface RootReading {
  /** 32 octets, hexadecimal. */
  readonly entityId: string;
  /** Of each record of the entity, the first one first. */
  readonly signers: readonly RootSigner[];
}

/** A root that was verified. */
export interface VerifiedRoot {
  readonly root: ActivityRoot;
  readonly sha256: string;
  /** Index of the record that was in force when it was written: the one whose key signed. */
  readonly record: number;
}

/**
 * Checks a root against the one before, where there is one.
 * @throws MdtError MDT_DIGEST, MDT_SIGNATURE (MDT-LOG-108 for that of an earlier record), MDT_SIGNATURE_HIGH_S, MDT_LOG_PERIOD (MDT-LOG-105) or MDT_LOG_FORK (MDT-LOG-106)
 */
export function checkRoot(
  { activity_root: root, sha256, signature }: HostedActivityRoot,
  before: VerifiedRoot | undefined,
  { entityId, signers }: RootReading,
): VerifiedRoot {
  const digest = documentDigest(root);
  if (bytesToHex(digest) !== sha256)
    throw new MdtError('MDT_DIGEST', 'not the digest of the root', { field: '/sha256' });
  const record = signerOf(digest, signature, signers, before?.record ?? 0);
  const { succeededAt = Infinity } = signers[record] ?? {};
  if (root.freshness.height > succeededAt + SUCCESSION_BLOCKS)
    throw new MdtError('MDT_SIGNATURE', `by a record that was succeeded at block ${succeededAt}`, {
      field: '/signature',
    });
  expectFollows(root, before, entityId, signers[record]?.logPeriodSeconds ?? 1);
  if (before && root.tree_size < before.root.tree_size) throw fork('/tree_size', 'the log has shrunk');
  if (before && root.tree_size === before.root.tree_size && root.root !== before.root.root)
    throw fork('/root', 'one size with two roots');
  return { root, sha256, record };
}

/** A record that was succeeded signs no more, so the search begins at the one that signed the root before. */
function signerOf(digest: Uint8Array, signature: string, signers: readonly RootSigner[], from: number): number {
  const octets = parseHex(signature, 'MDT_SIGNATURE', '/signature', 64);
  let refusal = new MdtError('MDT_SIGNATURE', 'signed by no record of the entity', { field: '/signature' });
  for (const [index, { key }] of signers.entries()) {
    if (index < from) continue;
    try {
      verifyDigestSignature('milagro-activity-root', digest, octets, key);
      return index;
    } catch (error) {
      if (!(error instanceof MdtError)) throw error;
      if (error.code !== 'MDT_SIGNATURE') refusal = error;
    }
  }
  throw refusal;
}

function expectFollows(
  root: ActivityRoot,
  before: VerifiedRoot | undefined,
  entityId: string,
  periodSeconds: number,
): void {
  const expect = (holds: boolean, field: string, message: string): void => {
    if (!holds) throw new MdtError('MDT_LOG_PERIOD', message, { field });
  };
  expect(root.entity_id === entityId, '/entity_id', 'another entity');
  const seq = before ? before.root.seq + 1 : 0;
  expect(root.seq === seq, '/seq', `${seq} is next`);
  expect(root.previous === (before?.sha256 ?? entityId), '/previous', 'not the root before');
  const start = Date.parse(root.period_start) / 1000;
  if (before) expect(root.period_start === before.root.period_end, '/period_start', 'not where the one before ends');
  else expect(start === firstPeriodStart(start, periodSeconds), '/period_start', 'not a multiple of the period');
  expect(
    Date.parse(root.period_end) / 1000 === periodEnd(start, periodSeconds),
    '/period_end',
    'not the next multiple',
  );
}

function fork(field: string, message: string): MdtError {
  return new MdtError('MDT_LOG_FORK', message, { field });
}
