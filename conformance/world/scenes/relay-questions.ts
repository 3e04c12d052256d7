/** What a relay is asked of headers, anchors, proofs and coin while its chain stands still. */
import type { FindAnchorsRequest, FindAnchorsResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { sha256 } from '../../oracle/digest.ts';
import type { GrpcResult } from '../grpc-failure.ts';
import type { ChainTruth } from '../relay/chain-truth.ts';
import type { StagedAnchors } from './relay-anchors.ts';
import type { Answer, RelayStage } from './relay-stage.ts';

/** Pages of one question, in order. */
export interface Found {
  readonly what: string;
  readonly asked: Partial<FindAnchorsRequest>;
  readonly pages: readonly GrpcResult<FindAnchorsResponse>[];
}

export interface ChainAnswers {
  readonly terms: Answer<'getTerms'>;
  readonly tip: Answer<'getTip'>;
  readonly headers: readonly Answer<'getHeaders'>[];
  readonly found: readonly Found[];
  readonly proofs: readonly Answer<'getAnchorProof'>[];
  readonly lineages: readonly Answer<'getLineageProof'>[];
  readonly statuses: readonly Answer<'getTransactionStatus'>[];
}

const MOST_PAGES = 200;
const FEW = 3;
const DEPTHS = [0, 1, 2, 3, 7, 9];

export async function askOfChain(stage: RelayStage, truth: ChainTruth, staged: StagedAnchors): Promise<ChainAnswers> {
  const terms = await stage.ask('getTerms', 'GetTerms');
  const tip = await stage.ask('getTip', 'GetTip');
  const headers = await askHeaders(stage, truth);
  const found: Found[] = [];
  for (const [what, asked] of Object.entries(questionsOn(truth, staged))) found.push(await find(stage, what, asked));
  const [proofs, lineages, statuses] = [await askProofs(stage, staged), await askLineages(stage, staged), []] as [
    Answer<'getAnchorProof'>[],
    Answer<'getLineageProof'>[],
    Answer<'getTransactionStatus'>[],
  ];
  for (const [name, { txid }] of Object.entries(staged.made))
    if (!staged.others.includes(name))
      statuses.push(await stage.ask('getTransactionStatus', name, { txid: hex(txid) }));
  return { terms, tip, headers, found, proofs, lineages, statuses };
}

async function askHeaders(stage: RelayStage, { blocks, headers }: ChainTruth): Promise<Answer<'getHeaders'>[]> {
  const at = (height: number): Buffer => hex(blocks.at(height)?.hash ?? '');
  const nobodys = stage.world.random.octets('a block that nobody has');
  const many = Array.from({ length: 64 }, (_, index) => stage.world.random.octets(`block ${String(index)}`));
  const questions: Record<string, Partial<Answer<'getHeaders'>['asked']>> = {
    'nothing is known': {},
    'nothing is known, two are enough': { limit: 2 },
    'the genesis is known': { known: [at(0)], limit: FEW },
    'the tip is known': { known: [at(-1)] },
    'the tip but two is known': { known: [at(-3)] },
    'one of another chain, and two of this': { known: [nobodys, at(5), at(3)], limit: FEW },
    'one that is lower, and one that is higher': { known: [at(3), at(5)], limit: FEW },
    'as many as may be, of another chain': { known: many, limit: FEW },
    'from a height': { fromHeight: 7, limit: FEW },
    'from a height, and one is known': { known: [at(4)], fromHeight: 9, limit: FEW },
    'from a height, and none is known': { known: [nobodys], fromHeight: 9, limit: FEW },
    'from the tip': { fromHeight: headers.length - 1 },
    'more than there are': { known: [at(-4)], limit: headers.length + 1_000 },
  };
  const answers: Answer<'getHeaders'>[] = [];
  for (const [what, asked] of Object.entries(questions)) answers.push(await stage.ask('getHeaders', what, asked));
  return answers;
}

function questionsOn(
  { blocks }: ChainTruth,
  { made, entities }: StagedAnchors,
): Record<string, Partial<FindAnchorsRequest>> {
  const heightOf = (name: string): number =>
    blocks.find(({ tx }) => tx.some(({ txid }) => txid === made[name]?.txid))?.height ?? 0;
  const [first, second] = [heightOf('A birth'), heightOf('A successor')];
  const dataOf = (name: string): Buffer => Buffer.from(made[name]?.hex ?? '', 'hex');
  const digests = Object.fromEntries(
    Object.entries({ 'A birth': 0x01, 'A status': 0x02, 'A root': 0x03, 'A successor': 0x04, 'E retire': 0x05 }).map(
      ([name, kind]) => [`the digest of ${name}`, { digest: digestAfter(dataOf(name), kind) }],
    ),
  );
  const ofEach = Object.entries(entities).map(([letter, entity]) => [`of entity ${letter}`, { entityId: hex(entity) }]);
  return {
    all: {},
    'all, one on a page': { limit: 1 },
    'all, three on a page': { limit: FEW },
    ...(Object.fromEntries(ofEach) as Record<string, Partial<FindAnchorsRequest>>),
    'of entity A, two on a page': { entityId: hex(entities['A'] ?? ''), limit: 2 },
    'of an entity that there is not': { entityId: Buffer.alloc(32, 9) },
    'of the first blocks': { fromHeight: first, toHeight: first },
    'of two blocks': { fromHeight: first, toHeight: second },
    'from a block on': { fromHeight: second },
    'up to a block': { toHeight: second },
    births: { kinds: [0x01] },
    'PAT signatures and batches': { kinds: [0x10, 0x11] },
    'STATUSes of entity A from its second block on': {
      ...{ entityId: hex(entities['A'] ?? ''), kinds: [0x02], fromHeight: second },
    },
    ...digests,
    'the root of a batch': { digest: digestAfter(dataOf('batch'), 0x11) },
    'the SHA-256 of a PAT signature': { digest: sha256(digestAfter(dataOf('signature'), 0x10, 64)) },
    'a PAT signature by its first half': { digest: digestAfter(dataOf('signature'), 0x10) },
  };
}

/** Asks for page after page. */
export async function find(stage: RelayStage, what: string, asked: Partial<FindAnchorsRequest>): Promise<Found> {
  const pages: GrpcResult<FindAnchorsResponse>[] = [];
  let page: Buffer = Buffer.alloc(0);
  do {
    const result = await stage.client.ask('findAnchors', { ...asked, page });
    pages.push(result);
    page = 'failed' in result ? Buffer.alloc(0) : Buffer.from(result.value.nextPage);
  } while (page.length > 0 && pages.length < MOST_PAGES);
  return { what, asked, pages };
}

async function askProofs(stage: RelayStage, { made, others }: StagedAnchors): Promise<Answer<'getAnchorProof'>[]> {
  const answers: Answer<'getAnchorProof'>[] = [];
  for (const [name, { txid }] of Object.entries(made))
    if (!others.includes(name))
      for (const confirmations of DEPTHS)
        answers.push(await stage.ask('getAnchorProof', name, { txid: hex(txid), confirmations }));
  return answers;
}

async function askLineages(stage: RelayStage, { made }: StagedAnchors): Promise<Answer<'getLineageProof'>[]> {
  const answers: Answer<'getLineageProof'>[] = [];
  for (const [name, { txid }] of Object.entries(made))
    if (name.endsWith(' birth'))
      for (const confirmations of DEPTHS)
        answers.push(await stage.ask('getLineageProof', name, { birthTxid: hex(txid), confirmations }));
  return answers;
}

/** The octets behind the head of a payload of this kind, in a transaction. */
function digestAfter(transaction: Buffer, kind: number, length = 32): Buffer {
  const head = Buffer.concat([Buffer.from('4d696c6167726f20442d544101', 'hex'), Buffer.of(kind)]);
  const at = transaction.indexOf(head) + head.length + (kind === 0x01 ? 1 : 0); // behind the role of a BIRTH
  return transaction.subarray(at, at + length);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
