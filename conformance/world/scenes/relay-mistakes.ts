/** What a relay cannot answer: what it does not know, and requests with a member of a wrong length or range. */
import type { GrpcResult } from '../grpc-failure.ts';
import type { Streaming, Unary } from '../relay/relay-client.ts';
import type { StagedAnchors } from './relay-anchors.ts';
import { RELAY_MS, type RelayStage } from './relay-stage.ts';

export interface Mistake {
  readonly what: string;
  /** Members that may be named as the one at fault; none where the request has the right form. */
  readonly fields: readonly string[];
  readonly result: GrpcResult<unknown>;
}

interface Wrong {
  readonly call: Unary | Streaming;
  readonly asked: object;
  readonly fields: readonly string[];
}

const STREAMS: readonly string[] = ['watchHeaders', 'watchAnchor'];

/** Transactions, lineages and registrations that it does not know; each with one that it does, where there is one. */
export async function askUnknown(stage: RelayStage, { made }: StagedAnchors): Promise<Mistake[]> {
  const nobodys = stage.world.random.octets('what nobody has');
  const txid = Buffer.from(made['A status']?.txid ?? '', 'hex');
  const questions: Record<string, Wrong> = {
    'the status of a transaction': { call: 'getTransactionStatus', asked: { txid: nobodys }, fields: [] },
    'the proof of a transaction': { call: 'getAnchorProof', asked: { txid: nobodys }, fields: [] },
    'a lineage': { call: 'getLineageProof', asked: { birthTxid: nobodys }, fields: [] },
    'the lineage of what is no BIRTH': { call: 'getLineageProof', asked: { birthTxid: txid }, fields: [] },
    'a registration': { call: 'getRegistration', asked: { registrationId: nobodys }, fields: [] },
    'a transaction to watch': { call: 'watchAnchor', asked: { txid: nobodys }, fields: [] },
  };
  return askAll(stage, questions);
}

export async function askWrongly(stage: RelayStage, { made }: StagedAnchors): Promise<Mistake[]> {
  const hash = stage.world.random.octets('any hash');
  const [short, long] = [hash.subarray(1), Buffer.concat([hash, Buffer.of(0)])];
  const txid = Buffer.from(made['A birth']?.txid ?? '', 'hex');
  const statement = Buffer.from('{}');
  const signature = Buffer.alloc(64, 1);
  const paged = await stage.client.ask('findAnchors', { limit: 1 });
  const page = 'failed' in paged ? Buffer.alloc(0) : paged.value.nextPage;
  const questions: Record<string, Wrong> = {
    'GetHeaders: 65 blocks': {
      call: 'getHeaders',
      asked: { known: Array(65).fill(hash) as Buffer[] },
      fields: ['known'],
    },
    'GetHeaders: 31 octets': { call: 'getHeaders', asked: { known: [hash, short] }, fields: ['known'] },
    'WatchHeaders: 31 octets': { call: 'watchHeaders', asked: { known: [short] }, fields: ['known'] },
    'WatchHeaders: 65 blocks': {
      call: 'watchHeaders',
      asked: { known: Array(65).fill(hash) as Buffer[] },
      fields: ['known'],
    },
    'FindAnchors: entity of 31 octets': { call: 'findAnchors', asked: { entityId: short }, fields: ['entity_id'] },
    'FindAnchors: digest of 33 octets': { call: 'findAnchors', asked: { digest: long }, fields: ['digest'] },
    'FindAnchors: the heights the wrong way round': {
      ...{ call: 'findAnchors', asked: { fromHeight: 3, toHeight: 2 }, fields: ['from_height', 'to_height'] },
    },
    'FindAnchors: a page of nobody': { call: 'findAnchors', asked: { page: Buffer.alloc(48, 7) }, fields: ['page'] },
    'FindAnchors: a kind above ff': { call: 'findAnchors', asked: { kinds: [0x01, 0x100] }, fields: ['kinds'] },
    // Without a page that was given there is none of another question: an empty one is none (MDT-RLY-007).
    ...(page.length > 0 && {
      'FindAnchors: a page of another question': {
        ...{ call: 'findAnchors', asked: { entityId: hash, page }, fields: ['page'] },
      },
      'FindAnchors: its page': { call: 'findAnchors', asked: { limit: 1, page }, fields: [] },
    }),
    'GetTransactionStatus: 31 octets': { call: 'getTransactionStatus', asked: { txid: short }, fields: ['txid'] },
    'GetTransactionStatus: none': { call: 'getTransactionStatus', asked: {}, fields: ['txid'] },
    'GetAnchorProof: 33 octets': { call: 'getAnchorProof', asked: { txid: long }, fields: ['txid'] },
    'GetLineageProof: 31 octets': { call: 'getLineageProof', asked: { birthTxid: short }, fields: ['birth_txid'] },
    'WatchAnchor: 31 octets': { call: 'watchAnchor', asked: { txid: short }, fields: ['txid'] },
    'EstimateFee: 0 blocks': { call: 'estimateFee', asked: { blocks: 0 }, fields: ['blocks'] },
    'EstimateFee: 1,009 blocks': { call: 'estimateFee', asked: { blocks: 1_009 }, fields: ['blocks'] },
    'RegisterSignature: no mode': { call: 'registerSignature', asked: { statement, signature }, fields: ['mode'] },
    'RegisterSignature: another mode': {
      ...{ call: 'registerSignature', asked: { statement, signature, mode: 7 }, fields: ['mode'] },
    },
    'RegisterSignature: 63 octets': {
      ...{ call: 'registerSignature', asked: { statement, signature: signature.subarray(1), mode: 2 } },
      fields: ['signature'],
    },
    'RegisterSignature: a key of 65 octets': {
      ...{ call: 'registerSignature', asked: { statement, signature, mode: 2, idempotencyKey: Buffer.alloc(65, 1) } },
      fields: ['idempotency_key'],
    },
    'GetRegistration: 31 octets': {
      call: 'getRegistration',
      asked: { registrationId: short },
      fields: ['registration_id'],
    },
    // The same with nothing wrong.
    'GetHeaders: 64 blocks': { call: 'getHeaders', asked: { known: Array(64).fill(hash) as Buffer[] }, fields: [] },
    'FindAnchors: equal heights': { call: 'findAnchors', asked: { fromHeight: 2, toHeight: 2 }, fields: [] },
    'FindAnchors: the kind ff': { call: 'findAnchors', asked: { kinds: [0xff] }, fields: [] },
    'FindAnchors: no page': { call: 'findAnchors', asked: { entityId: hash, digest: hash }, fields: [] },
    'GetTransactionStatus: 32 octets': { call: 'getTransactionStatus', asked: { txid }, fields: [] },
    'GetAnchorProof: 32 octets': { call: 'getAnchorProof', asked: { txid }, fields: [] },
    'GetLineageProof: 32 octets': { call: 'getLineageProof', asked: { birthTxid: txid }, fields: [] },
    'WatchAnchor: 32 octets': { call: 'watchAnchor', asked: { txid }, fields: [] },
    'EstimateFee: 1 block': { call: 'estimateFee', asked: { blocks: 1 }, fields: [] },
    'EstimateFee: 1,008 blocks': { call: 'estimateFee', asked: { blocks: 1_008 }, fields: [] },
  };
  return askAll(stage, questions);
}

async function askAll(stage: RelayStage, questions: Readonly<Record<string, Wrong>>): Promise<Mistake[]> {
  const all: Mistake[] = [];
  for (const [what, { call, asked, fields }] of Object.entries(questions)) {
    const result = STREAMS.includes(call)
      ? await firstOf(stage, call as Streaming, asked)
      : await stage.client.ask(call as Unary, asked);
    all.push({ what, fields, result });
  }
  return all;
}

/** What a stream begins with, or ends with where it does not begin. */
async function firstOf(stage: RelayStage, call: Streaming, asked: object): Promise<GrpcResult<unknown>> {
  const watch = stage.client.watch(call, asked);
  await watch.until((sent) => sent.length > 0, RELAY_MS);
  watch.close();
  const { sent, ended } = watch;
  const result: GrpcResult<unknown> =
    typeof ended === 'object' && sent.length === 0 ? ended : { value: sent[0]?.message ?? 'nothing within 5 s' };
  return stage.subject.wire.grpc(`${call} ${JSON.stringify(asked)}`, result);
}
