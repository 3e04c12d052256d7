/** Every scenario of a client that proves a signature of its own. */
import type { GetRegistrationResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { Place } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { hash256, sha256 } from '../../oracle/digest.ts';
import { displayed } from '../../oracle/merkle.ts';
import { statementPreimage } from '../../oracle/registration.ts';
import { pointOf, signHash } from '../../oracle/signature.ts';
import { withHighS } from '../relay/pat-keys.ts';
import { doubted, rejected, type Given, type Scenario } from './scenario.ts';

/** With the easiest target one of two hashes is good. */
const EASIEST = 0x7f;
const TIME = 68;
const NONCE = 76;

export const REGISTRATIONS: readonly Scenario[] = [
  {
    ...{ id: 'another-payload', requirement: 'MDT-PAT-105', mode: 'DIRECT', alters: true },
    comment: 'the transaction carries a signature that differs in one bit',
    answer: ({ honest, chain, altered }) => ({ ...honest, ...transactionOf(chain, altered) }),
    expected: rejected('MDT_PAT_ANCHOR'),
  },
  {
    ...{ id: 'another-registration', requirement: 'MDT-PAT-105', mode: 'DIRECT' },
    comment: 'the relay answers how far the registration of somebody else has come',
    answer: ({ ofDirect }) => ofDirect,
    expected: rejected('MDT_PAT_ANCHOR'),
  },
  {
    ...{ id: 'no-batch', requirement: 'MDT-PAT-105', mode: 'BATCHED' },
    comment: 'the transaction carries a signature and no batch',
    answer: ({ honest, ofDirect: { txid, locator, proof } }) => ({ ...honest, txid, locator, proof }),
    expected: rejected('MDT_PAT_ANCHOR'),
  },
  {
    ...{ id: 'left-out', requirement: 'MDT-PAT-106', mode: 'BATCHED' },
    comment: 'the batch has everybody in it but the client',
    answer: ({ honest, chain, beside: { without } }) => ({
      ...{ ...honest, ...transactionOf(chain, without.txid) },
      ...{ index: 0, path: [...without.path] },
    }),
    expected: rejected('MDT_PAT_BATCH'),
  },
  {
    ...{ id: 'another-leaf', requirement: 'MDT-PAT-106', mode: 'BATCHED' },
    comment: 'the path is that of somebody else in the same batch',
    answer: ({ ofBatched }) => ofBatched,
    expected: rejected('MDT_PAT_BATCH'),
  },
  {
    ...{ id: 'another-root', requirement: 'MDT-PAT-106', mode: 'BATCHED' },
    comment: 'the path leads to another root',
    answer: ({ honest }) => ({ ...honest, path: honest.path.map((hash, at) => (at === 0 ? flipped(hash) : hash)) }),
    expected: rejected('MDT_PAT_BATCH'),
  },
  {
    ...{ id: 'beyond', requirement: 'MDT-PAT-106', mode: 'BATCHED' },
    comment: 'the index is not below the number of leaves',
    answer: ({ honest }) => ({ ...honest, index: honest.index + 2 ** honest.path.length }),
    expected: rejected('MDT_PAT_BATCH'),
  },
  {
    ...{ id: 'shallow', requirement: 'MDT-CHN-110', mode: 'BATCHED' },
    comment: 'there is one confirmation too few, and the relay says that there are a hundred',
    answer: ({ honest }) => ({ ...honest, confirmations: 100 }),
    asked: ({ honest }) => ({ confirmations: honest.confirmations + 1 }),
    expected: doubted('MDT_CONFIRMATIONS'),
  },
  {
    ...{ id: 'shallow-direct', requirement: 'MDT-CHN-110', mode: 'DIRECT' },
    comment: 'there is one confirmation too few for a transaction of its own',
    answer: ({ honest }) => ({ ...honest, confirmations: 100 }),
    asked: ({ honest }) => ({ confirmations: honest.confirmations + 1 }),
    expected: doubted('MDT_CONFIRMATIONS'),
  },
  {
    ...{ id: 'never-done', requirement: 'MDT-CHN-110', mode: 'BATCHED' },
    comment: 'the relay has said that it is kept, and it comes into no block',
    answer: ({ honest }) => nowhere(honest),
    expected: doubted('MDT_CONFIRMATIONS'),
  },
  {
    ...{ id: 'forged-block', requirement: 'MDT-CHN-109', mode: 'BATCHED' },
    comment: 'the transaction is in a block that the relay has made itself',
    answer: ({ honest }) => inForgedBlock(honest),
    expected: rejected('MDT_NOT_IN_CHAIN'),
  },
  {
    ...{ id: 'another-tree', requirement: 'MDT-PRF-104', mode: 'BATCHED' },
    comment: 'the transaction is in no block: its branch leads elsewhere',
    answer: ({ honest }) => inAnotherTree(honest),
    expected: rejected('MDT_MERKLE_ROOT'),
  },
  {
    ...{ id: 'another-place', requirement: 'MDT-LOC-102', mode: 'DIRECT' },
    comment: 'the locator names another transaction than the one that is proven',
    answer: ({ honest, ofDirect }) => ({
      ...honest,
      locator: honest.locator && { ...honest.locator, txid: ofDirect.txid },
    }),
    expected: rejected('MDT_LOCATOR'),
  },
  {
    ...{ id: 'altered', requirement: 'MDT-PAT-104', mode: 'BATCHED' },
    comment: 'the statement was altered after it was signed',
    asked: ({ own: { signed }, world }) => {
      const digest = world.random.hex('what was altered');
      return {
        signed: { ...signed, statement: { ...signed.statement, statement_digest: digest } },
        statementDigest: digest,
      };
    },
    expected: rejected('MDT_SIGNATURE'),
  },
  {
    ...{ id: 'by-another-key', requirement: 'MDT-PAT-104', mode: 'DIRECT' },
    comment: 'the signature is that of another key',
    asked: ({ own: { signed }, world }) => {
      const hash = sha256(statementPreimage(signed.statement));
      return { signed: { ...signed, signature: signHash(hash, world.random.octets('another key')).toString('hex') } };
    },
    expected: rejected('MDT_SIGNATURE'),
  },
  {
    ...{ id: 'high-s', requirement: 'MDT-PAT-104', mode: 'BATCHED' },
    comment: 'the signature is the other one that verifies',
    asked: ({ own: { signed } }) => ({
      signed: { ...signed, signature: withHighS(Buffer.from(signed.signature, 'hex')).toString('hex') },
    }),
    expected: rejected('MDT_SIGNATURE_HIGH_S'),
  },
  {
    ...{ id: 'of-somebody-else', requirement: 'MDT-PAT-102', mode: 'BATCHED' },
    comment: 'another key is known than the one that states',
    asked: ({ world }) => ({ subjectKey: pointOf(world.random.octets('another key')).toString('hex') }),
    expected: rejected('MDT_PAT_KEY'),
  },
  {
    ...{ id: 'something-else', requirement: 'MDT-PAT-103', mode: 'DIRECT' },
    comment: 'something else is expected to be stated',
    asked: ({ world }) => ({ statementDigest: world.random.hex('something else') }),
    expected: rejected('MDT_DIGEST'),
  },
  {
    ...{ id: 'fresh-of-nowhere', requirement: 'MDT-VER-107', mode: 'DIRECT' },
    comment: 'the statement names a block that is not in the chain',
    freshness: ({ height }) => ({ height: height - 8, hash: 'f5'.repeat(32) }),
    expected: rejected('MDT_FRESHNESS'),
  },
  {
    ...{ id: 'fresh-of-tomorrow', requirement: 'MDT-VER-107', mode: 'BATCHED' },
    comment: 'the statement names a block that is not below that of its anchor',
    freshness: ({ height }) => ({ height: height + 100_000, hash: 'f6'.repeat(32) }),
    expected: rejected('MDT_FRESHNESS'),
  },
  {
    ...{ id: 'nobody', requirement: 'MDT-VER-102', mode: 'DIRECT' },
    comment: 'the relay does not answer what it is asked of the registration',
    answer: () => undefined,
    expected: doubted('MDT_SOURCE'),
  },
];

/** Where a transaction is, in the members that say so. */
function transactionOf(
  chain: Given['chain'],
  txid: string,
): Pick<GetRegistrationResponse, 'txid' | 'locator' | 'proof'> {
  const vout = chain.anchor(txid)?.vout ?? 0;
  return { txid: Buffer.from(txid, 'hex'), locator: chain.locator(txid, vout), proof: chain.proof(txid, vout) };
}

function nowhere(honest: GetRegistrationResponse): GetRegistrationResponse {
  return { ...honest, place: Place.PLACE_UNCONFIRMED, confirmations: 0, locator: undefined, proof: undefined };
}

/** The same block but for its time, with the work that the rules ask: another block that nobody has. */
function inForgedBlock({ locator, proof, ...honest }: GetRegistrationResponse): GetRegistrationResponse {
  if (!locator || !proof) return { ...honest, locator, proof };
  const header = Buffer.from(proof.header);
  header.writeUInt32LE(header.readUInt32LE(TIME) + 1, TIME);
  for (let nonce = 0; (hash256(header)[31] ?? 0) > EASIEST; nonce++) header.writeUInt32LE(nonce, NONCE);
  const blockHash = Buffer.from(displayed(hash256(header)), 'hex');
  return { ...honest, locator: { ...locator, blockHash }, proof: { ...proof, header } };
}

function inAnotherTree({ proof, ...honest }: GetRegistrationResponse): GetRegistrationResponse {
  const merkleBranch = proof?.merkleBranch.map((hash, at) => (at === 0 ? flipped(hash) : hash)) ?? [];
  return { ...honest, proof: proof && { ...proof, merkleBranch } };
}

/** One bit is another. */
export function flipped(octets: Buffer): Buffer {
  const other = Buffer.from(octets);
  other.writeUInt8(other.readUInt8(0) ^ 1, 0);
  return other;
}
