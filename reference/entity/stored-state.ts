/**
 * The forms that a state had on disk. Files of version 1, which knew one version of the BIRTH, and of version 2, which
 * knew no anchor but the BIRTH, are read; they are written as version 3 at the next change.
 */
import { bytesToHex } from '../core/hex.ts';
import type { SpendableCoin } from '../chain/anchor-builder.ts';
import type { AnchoredDocument, SignedVersion } from '../chain/lineage/lineage-book.ts';
import { PAYLOAD_VOUT } from '../core/anchor-transaction.ts';
import { MdtError } from '../core/errors.ts';
import { parseOpReturnScript } from '../core/op-return.ts';
import { parseTransaction } from '../core/transaction.ts';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { BirthRecord } from '../gen/schemas.ts';
import type { Extent, SeriesName } from '../log/extent.ts';
import type { EntitySecrets } from './secrets.ts';

/** A record with its signatures, hexadecimal. */
export interface KeptRecord {
  /** RFC 8785 octets, as text. */
  readonly record: string;
  readonly signature: string;
  /** By the anchor key of the record before; of successors only. */
  readonly previousSignature?: string;
}

export interface KeptRetirement {
  /** RFC 8785 octets, as text. */
  readonly retirement: string;
  readonly signature: string;
}

export interface StoredState {
  readonly version: 3;
  /** Those of the newest record. */
  readonly secrets: EntitySecrets;
  /** Anchor keys of the records before, the first one first; null where one was thrown away. */
  readonly earlier: readonly (string | null)[];
  readonly records: readonly KeptRecord[];
  readonly retirement?: KeptRetirement;
  readonly documents: readonly AnchoredDocument[];
  readonly versions: readonly SignedVersion[];
  /** How far the series of the log are; none before the first document. */
  readonly extents?: Partial<Record<SeriesName, Extent>>;
}

interface StoredStateV2 {
  readonly version: 2;
  readonly secrets: EntitySecrets;
  readonly birth?: {
    readonly record: string;
    readonly signature: string;
    readonly coins: readonly [SpendableCoin, ...SpendableCoin[]];
    readonly versions: readonly { readonly transaction: string; readonly txid: string }[];
  };
}

interface StoredStateV1 {
  readonly version: 1;
  readonly secrets: EntitySecrets;
  readonly birth?: {
    readonly record: string;
    readonly signature: string;
    readonly transaction: string;
    readonly txid: string;
    readonly prevoutValue: number;
  };
}

/** @throws MdtError MDT_STATE */
export function readStored(content: Uint8Array): StoredState {
  // Authenticated: nobody but we wrote it.
  const state = JSON.parse(Buffer.from(content).toString('utf8')) as StoredState | StoredStateV2 | StoredStateV1;
  if (state.version === 1) return fromVersion2(fromVersion1(state));
  if (state.version === 2) return fromVersion2(state);
  if (state.version === 3) return state;
  throw new MdtError('MDT_STATE', 'the state is of another version', { field: '/data_dir' });
}

/** Of the inputs it knew the value of the first only. */
function fromVersion1({ secrets, birth }: StoredStateV1): StoredStateV2 {
  if (!birth) return { version: 2, secrets };
  const { record, signature, transaction, txid, prevoutValue } = birth;
  const { lineage } = JSON.parse(record) as BirthRecord;
  const coins = [{ ...lineage, value: prevoutValue }] as const;
  return { version: 2, secrets, birth: { record, signature, coins, versions: [{ transaction, txid }] } };
}

function fromVersion2({ secrets, birth }: StoredStateV2): StoredState {
  const unborn: StoredState = { version: 3, secrets, earlier: [], records: [], documents: [], versions: [] };
  if (!birth) return unborn;
  const { record, signature, coins, versions } = birth;
  return {
    ...unborn,
    records: [{ record, signature }],
    documents: [{ kind: 'BIRTH', payload: payloadOf(versions[0]?.transaction ?? '') }],
    versions: versions.map(({ transaction, txid }) => ({ document: 0, coins, transaction, txid })),
  };
}

function payloadOf(transaction: string): string {
  const script = parseTransaction(hexToBytes(transaction), 'transaction').outs[PAYLOAD_VOUT]?.script;
  return bytesToHex(parseOpReturnScript(script ?? new Uint8Array()));
}
