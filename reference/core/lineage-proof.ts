/** Verification of a LineageProof: its links, and the AnchorProofs of some of them (spec 2.2, 2.3, 6.5). */
import type { BirthRecord, LineageProof, LinkProof } from '../gen/schemas.ts';
import { checkLocator, verifyAnchorProof, type ProvenTransaction } from './anchor-proof.ts';
import { verifyChainSignature } from './chain-signature.ts';
import { MdtError } from './errors.ts';
import { equalOctets, printHash } from './hex.ts';
import { readLinks, type Link } from './lineage-links.ts';
import { entityRecord, type EntityRecord } from './succession.ts';

/** What a verified lineage shows. */
export interface ProvenLineage {
  /** txid of the tip, as RPC prints it. */
  readonly tip: string;
  /** Number of anchors, the BIRTH included. */
  readonly links: number;
}

/** A link that has an AnchorProof. */
export interface ProvenLink extends ProvenTransaction {
  readonly index: number;
  readonly proof: LinkProof;
}

/** A lineage with what its parts show. */
export interface VerifiedLineage {
  /** BIRTH first, tip last. */
  readonly links: readonly Link[];
  /** In the order of the proof. */
  readonly proven: readonly ProvenLink[];
}

/**
 * Verifies the lineage of a first Birth Record.
 * @param digest of the record, 32 octets
 * @throws MdtError with a code of spec 2.1 to 2.3; `field` is a JSON pointer into `lineage`.
 */
export function verifyLineageProof(
  record: BirthRecord,
  digest: Uint8Array,
  lineage: LineageProof,
  place = '',
): ProvenLineage {
  return summaryOf(verifyLineage([entityRecord(record, digest)], lineage, place));
}

/**
 * Verifies the lineage of an entity with all its records, the first one first.
 * @throws MdtError with a code of spec 2.1 to 2.3 or 6.5; `field` is a JSON pointer into `lineage`.
 */
export function verifyLineage(
  records: readonly [EntityRecord, ...EntityRecord[]],
  lineage: LineageProof,
  place = '',
): VerifiedLineage {
  const newest = Math.max(...lineage.proofs.map(({ link }) => link));
  const links = readLinks(records, lineage.transactions, newest, `${place}/transactions`);
  const proven = lineage.proofs.map((proof, index) => verifyLinkProof(proof, links, `${place}/proofs/${index}`));
  if (!proven.some(({ index }) => index === 0)) {
    throw new MdtError('MDT_SCHEMA', 'no proof of the BIRTH', { field: `${place}/proofs` });
  }
  return { links, proven };
}

export function summaryOf({ links }: VerifiedLineage): ProvenLineage {
  return { tip: printHash(links.at(-1)?.hash ?? new Uint8Array(32)), links: links.length };
}

function verifyLinkProof(shown: LinkProof, links: readonly Link[], place: string): ProvenLink {
  const link = links[shown.link];
  if (link?.before === undefined) {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'proves no link', { field: `${place}/link` });
  }
  const { key, record } = link.before;
  const proven = verifyAnchorProof(shown.proof, record.policy.confirmations, `${place}/proof`);
  checkLocator(shown.locator, proven, shown.proof, record.chain.genesis, `${place}/locator`);
  if (!equalOctets(link.hash, proven.hash)) {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'proves another transaction than the link', { field: place });
  }
  verifyChainSignature(proven.transaction, key, shown.proof.prevout_value, `${place}/proof/transaction`);
  return { ...proven, index: shown.link, proof: shown };
}
