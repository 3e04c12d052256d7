/** Registrations of PAT signatures (spec chapter 10), by OpenSSL and the trees of RFC 9162 as the RFC defines them. */
import type { ChainCheckpoint, ChainParameters, PatRegistration, PatStatement } from '../../reference/gen/schemas.ts';
import { canonicalOctets, sha256, tagged } from './digest.ts';
import { HeaderTree, type PlacedHeader } from './header-chain.ts';
import { inclusionPath, leafHash, refuseInclusion, treeRoot } from './log-tree.ts';
import { pushedData, readPayload } from './payload.ts';
import { readAnchorProof, refuseLocator, scriptsOf, type Proven } from './proof.ts';
import { Refusal } from './refusal.ts';
import { refuseMessageSignature } from './signature.ts';
import { timeText } from './time-text.ts';

/** MDT-DOC-101 */
const MOST_OCTETS = 16_384;

export interface RegistrationQuestion {
  readonly registration: PatRegistration;
  /** Hexadecimal. */
  readonly subject_key: string;
  readonly statement_digest?: string;
  readonly parameters: ChainParameters;
  readonly checkpoint: ChainCheckpoint;
  /** From the checkpoint on, one after the other, hexadecimal. */
  readonly headers: string;
  readonly confirmations: number;
  /** Seconds since 1970. */
  readonly now: number;
}

export interface Registered {
  readonly form: 'DIRECT' | 'BATCHED';
  readonly digest: string;
  readonly confirmations: number;
  readonly existed_after: string;
  readonly existed_before?: string;
}

/** What the PAT signature is of: the tagged hash of this. */
export function statementPreimage(statement: PatStatement): Buffer {
  const digest = sha256(canonicalOctets(statement));
  return tagged('MDT/1/pat-signature', Buffer.concat([fromHex(statement.subject_key), digest]));
}

function leafOf(statement: PatStatement, signature: string): Buffer {
  const digest = sha256(canonicalOctets(statement));
  return Buffer.concat([fromHex(statement.subject_key), digest, fromHex(signature)]);
}

/** The root of a batch of these leaves, and the path of one of them. */
export function batchOf(leaves: readonly Buffer[], index: number): { root: Buffer; path: Buffer[] } {
  const hashes = leaves.map(leafHash);
  return { root: treeRoot(hashes), path: inclusionPath(hashes, index) };
}

/** The registration by 10.4; the schema was looked at before. */
export function readRegistration(question: RegistrationQuestion): Registered {
  const { registration, subject_key: key, statement_digest: expected, parameters, confirmations } = question;
  const { statement, signature, batch, locator, proof } = registration;
  if (canonicalOctets(statement).length > MOST_OCTETS)
    throw new Refusal('MDT_DOCUMENT_TOO_LARGE', '/statement', 'above the cap of a document');
  if (statement.chain.genesis !== parameters.genesis)
    throw new Refusal('MDT_WRONG_CHAIN', '/statement/chain/genesis', "not the reader's");
  if (statement.subject_key !== key) throw new Refusal('MDT_PAT_KEY', '/statement/subject_key', 'another key');
  if (expected !== undefined && statement.statement_digest !== expected)
    throw new Refusal('MDT_DIGEST', '/statement/statement_digest', 'another statement');
  refuseMessageSignature(statementPreimage(statement), fromHex(signature), fromHex(key));
  const proven = readAnchorProof(proof, 1, '/proof');
  refuseLocator(locator, proven, proof, statement.chain.genesis, '/locator');
  refuseCommitment(registration, proven);
  const chain = chainOf(question);
  refuseBlock(chain, statement.chain.checkpoint, confirmations, 'MDT_WRONG_CHAIN');
  refuseBlock(chain, { height: locator.height, hash: locator.block_hash }, confirmations, 'MDT_NOT_IN_CHAIN');
  const deep = chain.tip.height - locator.height + 1;
  if (deep < confirmations) throw new Refusal('MDT_CONFIRMATIONS', '/locator', `${String(deep)} confirmations`);
  const { freshness } = statement;
  if (freshness.height >= locator.height)
    throw new Refusal('MDT_FRESHNESS', '/statement/freshness', 'not below the anchor');
  refuseBlock(chain, freshness, 0, 'MDT_FRESHNESS');
  const [fresh, closing] = [chain.active.get(freshness.height), chain.active.get(locator.height + 6)];
  return {
    form: batch ? 'BATCHED' : 'DIRECT',
    digest: sha256(canonicalOctets(statement)).toString('hex'),
    confirmations: deep,
    existed_after: fresh ? timeAt(chain, fresh) : '',
    ...(closing && { existed_before: timeAt(chain, closing) }),
  };
}

function refuseCommitment({ statement, signature, batch, proof }: PatRegistration, { transaction }: Proven): void {
  const payload = readPayload(pushedData(scriptsOf(transaction)[proof.vout] ?? Buffer.alloc(0)));
  const wanted = batch ? 'PAT_BATCH' : 'PAT_SIGNATURE';
  if (payload?.kind !== wanted || (!batch && payload.signature !== signature))
    throw new Refusal('MDT_PAT_ANCHOR', '/proof/transaction', `no ${wanted} of this signature`);
  if (!batch) return;
  try {
    refuseInclusion({
      leaf_hash: leafHash(leafOf(statement, signature)),
      index: batch.index,
      tree_size: payload.leaf_count ?? 0,
      root: fromHex(payload.root ?? ''),
      proof: batch.path.map(fromHex),
    });
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal('MDT_PAT_BATCH', '/batch', error.message);
    throw error;
  }
}

interface Chain {
  readonly tree: HeaderTree;
  readonly active: ReadonlyMap<number, PlacedHeader>;
  readonly tip: PlacedHeader;
  readonly genesis: string;
}

function chainOf({ parameters, checkpoint, headers, now }: RegistrationQuestion): Chain {
  const tree = new HeaderTree(parameters, checkpoint);
  try {
    tree.read((headers.match(/.{1,160}/g) ?? []).map(fromHex), now);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; // what came before it counts
  }
  return {
    tree,
    active: new Map(tree.active.map((header) => [header.height, header])),
    tip: tree.best,
    genesis: parameters.genesis,
  };
}

/** As of a hosted record: a chain that does not settle the height says nothing. */
function refuseBlock(
  { active, tip, genesis }: Chain,
  { height, hash }: { readonly height: number; readonly hash: string },
  confirmations: number,
  code: string,
): void {
  if (active.get(height)?.hash === hash) return;
  const lowest = Math.min(...active.keys());
  if (height < lowest && height > 0 && code === 'MDT_WRONG_CHAIN') return; // nobody can tell
  if (height === 0 && lowest > 0) {
    if (hash === genesis) return;
    throw new Refusal(code, '/statement/chain/checkpoint', 'not the genesis');
  }
  const isSettled = height >= lowest && tip.height - height + 1 >= confirmations;
  throw new Refusal(isSettled ? code : 'MDT_SOURCE', '/locator', `not the block at height ${String(height)}`);
}

function timeAt({ tree }: Chain, header: PlacedHeader): string {
  return timeText(tree.medianTimePast(header));
}

function fromHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
