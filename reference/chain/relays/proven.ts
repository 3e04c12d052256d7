/** Transactions that relays prove, held against our own headers (spec 5.3, 7.1): what a relay says of them beside is not read. */
import { verifyAnchorProof, verifyOutputProof } from '../../core/anchor-proof.ts';
import { MdtError } from '../../core/errors.ts';
import { equalOctets, printHash } from '../../core/hex.ts';
import type { HeaderChain } from '../../core/header-chain.ts';
import type { Transaction } from '../../core/transaction.ts';
import type * as identity from '../../gen/proto/milagro/trust/v1/identity.ts';
import type { UnspentOutput } from '../../gen/proto/milagro/trust/v1/relay.ts';
import type { AnchorProof } from '../../gen/schemas.ts';
import { proofFrom } from '../relay-messages.ts';

/** A transaction in a block. */
export interface Proven {
  readonly txid: string;
  readonly transaction: Transaction;
  readonly blockHash: string;
  readonly height: number;
  /** Without following headers. */
  readonly proof: AnchorProof;
}

/** A proven output. */
export interface ProvenCoin extends Proven {
  readonly vout: number;
  /** In satoshi, as the transaction has it. */
  readonly value: number;
}

/** Relays prove the block alone: the headers upon it are our own. */
const NO_FOLLOWERS = 1;

/**
 * @returns `undefined` where the block is not in our active chain
 * @throws MdtError MDT_SOURCE where it proves another transaction; as verifyAnchorProof
 */
export function provenAnchor(
  txid: string,
  message: identity.AnchorProof | undefined,
  chain: HeaderChain,
): Proven | undefined {
  const proof = { ...expectProof(message), following_headers: [] };
  const { hash, header, transaction } = verifyAnchorProof(proof, NO_FOLLOWERS);
  if (printHash(hash) !== txid) throw new MdtError('MDT_SOURCE', 'proves another transaction', { field: txid });
  return placed({ txid, transaction, blockHash: printHash(header.hash), proof }, chain);
}

/**
 * @returns `undefined` where the block is not in our active chain
 * @throws MdtError MDT_SOURCE where the output pays to another script; as verifyOutputProof
 */
export function provenCoin(
  script: Uint8Array,
  { proof: message }: UnspentOutput,
  chain: HeaderChain,
): ProvenCoin | undefined {
  const proof = { ...expectProof(message), following_headers: [] };
  const { hash, header, transaction } = verifyOutputProof(proof, NO_FOLLOWERS);
  const output = transaction.outs[proof.vout];
  if (!output || !equalOctets(output.script, script))
    throw new MdtError('MDT_SOURCE', 'an output of another script', { field: 'outputs' });
  const place = { txid: printHash(hash), transaction, blockHash: printHash(header.hash), proof };
  const proven = placed(place, chain);
  return proven && { ...proven, vout: proof.vout, value: Number(output.value) };
}

/** Whether the block is in our active chain still. */
export function isActive({ blockHash, height }: Pick<Proven, 'blockHash' | 'height'>, chain: HeaderChain): boolean {
  const header = chain.at(height);
  return header !== undefined && printHash(header.hash) === blockHash;
}

function placed(proven: Omit<Proven, 'height'>, chain: HeaderChain): Proven | undefined {
  const header = chain.find(proven.blockHash);
  return header && { ...proven, height: header.height };
}

function expectProof(message: identity.AnchorProof | undefined): AnchorProof {
  if (message) return proofFrom(message);
  throw new MdtError('MDT_SOURCE', 'an answer without its proof');
}
