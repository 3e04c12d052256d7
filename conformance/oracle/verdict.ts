/**
 * The verdict on an entity (spec 7.3, 7.4): what a hosted record shows, against headers, pins and a memory. It looks at
 * everything first and then goes through the table of 7.4, so that the order of steps is not decided twice.
 */
import type {
  BirthRecord,
  BlockRef,
  ChainCheckpoint,
  ChainParameters,
  HostedRecord,
  HostedStatus,
} from '../../reference/gen/schemas.ts';
import { expectAltered } from './alteration.ts';
import type { GivenHeaders } from './bundle.ts';
import { datingCode } from './dating.ts';
import { HeaderTree, type PlacedHeader } from './header-chain.ts';
import { readHostedRecord } from './hosted-record.ts';
import type { Holder } from './lineage.ts';
import { displayed } from './merkle.ts';
import { opReturnIndex, pushedData, readPayload, type Payload } from './payload.ts';
import { scriptsOf } from './proof.ts';
import { Refusal } from './refusal.ts';
import { judgeCanary } from './status.ts';
import { holdersOf, refuseSignatures } from './succession.ts';
import { timeText } from './time-text.ts';
import { readStripped, readTransaction } from './transaction.ts';

export interface VerdictQuestion {
  /** Where the record was read; of a bundle, where its saver says that it was. */
  url?: string;
  /** Whether it comes from a bundle, which may be read anywhere. */
  isBundle?: boolean;
  pins: string[];
  known: Known[];
  parameters: ChainParameters;
  checkpoint: ChainCheckpoint;
  sources: GivenHeaders[];
  confirmations: number;
  /** Seconds since 1970. */
  now: number;
  /** Where the canary is asked for: the STATUSes of the answer, none where it cannot be read; and those known before. */
  canary?: { shown: HostedStatus[]; known: HostedStatus[] };
}

interface Known {
  entity_id: string;
  digest: string;
  key: string;
  url: string;
  /** txid of the newest link that was deep enough. */
  tip: string;
}

export interface GivenVerdict {
  verdict: string;
  code?: string;
  [member: string]: unknown;
}

interface Chain {
  tree: HeaderTree;
  /** By height. */
  active: Map<number, PlacedHeader>;
  tip: PlacedHeader;
  /** The lowest height there is a header of. */
  lowest: number;
  sources: NamedSource[];
}

/** A source with what it gave. */
interface NamedSource {
  name: string;
  tip?: BlockRef;
  work?: string;
  best: boolean;
  code?: string;
}

/** @param read parses what came and checks its schema; `undefined` where nothing came */
export async function judgeEntity(
  question: VerdictQuestion,
  read: (() => HostedRecord) | undefined,
): Promise<GivenVerdict> {
  const chain = chainOf(question);
  if (read === undefined || chain.sources.every(({ code }) => code !== undefined))
    return { verdict: 'UNKNOWN', code: 'MDT_SOURCE' };
  // What cannot be read is not signed: where a record is known it says nothing about the entity.
  const isRemembered = expectedHere(question) !== undefined;
  if (isRemembered && !succeeds(() => holdersOf(read()))) return { verdict: 'UNKNOWN', code: 'MDT_SOURCE' };
  try {
    return await judge(read(), question, chain);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code } = error;
    if (code === 'MDT_SOURCE') return { verdict: 'UNKNOWN', code };
    const isTripped = question.canary !== undefined && code === 'MDT_LINEAGE_BROKEN' && isKnown(read(), question);
    return { verdict: isTripped ? 'TRIPPED' : 'REJECTED', code };
  }
}

/** Whether something is remembered of the entity shown. */
function isKnown(hosted: HostedRecord, { known }: VerdictQuestion): boolean {
  const entity = holdersOf(hosted)[0]?.digest.toString('hex');
  return known.some((each) => each.entity_id === entity);
}

async function judge(hosted: HostedRecord, question: VerdictQuestion, chain: Chain): Promise<GivenVerdict> {
  const holders = holdersOf(hosted);
  const [first, last] = [holders[0], holders.at(-1)];
  if (!first || !last) throw new Refusal('MDT_SCHEMA', '/birth_record', 'no record');
  const source = { verdict: 'UNKNOWN', code: 'MDT_SOURCE' };
  const isCopy = placeOf(question.url) !== placeOf(last.record.services.birth_record);
  if (isCopy && question.isBundle !== true) return source;
  const entity = first.digest.toString('hex');
  const known =
    question.known.find((each) => each.entity_id === entity) ??
    (question.pins.includes(entity) ? undefined : expectedHere(question));
  const isSigned = succeeds(() => refuseSignatures(hosted, holders));
  const isAmong = known !== undefined && holders.some(({ digest }) => digest.toString('hex') === known.digest);
  if (known && !isAmong) {
    const byKnownKey = holders.some(({ record }) => record.keys.anchor === known.key);
    return isSigned && byKnownKey ? { verdict: 'ALTERED', code: 'MDT_ALTERED' } : source;
  }
  const isExpected = question.pins.length === 0 || question.pins.includes(entity);
  if (isSigned && isExpected && succeeds(() => expectAltered(hosted, holders, chain.active)))
    return { verdict: 'ALTERED', code: 'MDT_ALTERED' };
  if (!isExpected) return { verdict: 'REJECTED', code: 'MDT_PIN' };
  if (last.record.chain.genesis !== question.parameters.genesis)
    throw new Refusal('MDT_WRONG_CHAIN', '/birth_record/chain', "not the reader's");
  for (const { record } of holders) {
    const { checkpoint } = record.chain;
    if (checkpoint.height === 0 && checkpoint.hash !== question.parameters.genesis)
      throw new Refusal('MDT_WRONG_CHAIN', '/birth_record/chain/checkpoint', 'not the genesis');
    if (checkpoint.height >= chain.lowest) refuseBlock(checkpoint, question, chain, 'MDT_WRONG_CHAIN');
  }
  await readHostedRecord(hosted);
  for (const { locator } of [hosted.anchor, ...hosted.lineage.proofs])
    refuseBlock({ height: locator.height, hash: locator.block_hash }, question, chain, 'MDT_NOT_IN_CHAIN');
  if (known && !hosted.lineage.transactions.some((hex) => txidOf(hex) === known.tip)) return source;
  return conclude(hosted, holders, known, question, chain);
}

/** A URL in the one form that equal ones have; what no reader can go to (a port or an address of no host) as it is written. */
function placeOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).href : url;
}

/** Refuses a block that is not in the chain: with the code where the chain settles its height, else as a question of the source. */
function refuseBlock({ height, hash }: BlockRef, { confirmations }: VerdictQuestion, chain: Chain, code: string): void {
  if (chain.active.get(height)?.hash === hash) return;
  const isSettled = height >= chain.lowest && chain.tip.height - height + 1 >= confirmations;
  throw new Refusal(isSettled ? code : 'MDT_SOURCE', '/locator', `not the block at height ${String(height)}`);
}

function conclude(
  hosted: HostedRecord,
  holders: readonly Holder[],
  known: Known | undefined,
  question: VerdictQuestion,
  chain: Chain,
): GivenVerdict {
  const last = holders.at(-1);
  const before = holders.at(-2) ?? last;
  if (!last || !before) throw new Refusal('MDT_SCHEMA', '/birth_record', 'no record');
  const { record } = last;
  const entity = holders[0]?.digest.toString('hex') ?? '';
  const { height } = hosted.anchor.locator;
  const confirmations = chain.tip.height - height + 1;
  if (confirmations < Math.max(question.confirmations, before.record.policy.confirmations))
    return { verdict: 'UNKNOWN', code: 'MDT_CONFIRMATIONS' };
  const fresh = chain.active.get(record.freshness.height);
  if (record.freshness.height < chain.lowest) throw new Refusal('MDT_SOURCE', '/birth_record/freshness', 'too low');
  if (fresh?.hash !== record.freshness.hash || fresh.height >= height)
    throw new Refusal('MDT_FRESHNESS', '/birth_record/freshness', 'dates nothing');
  const closing = chain.active.get(height + 6);
  const isRetired = retiredAt(hosted, record, question, chain);
  const isPinned = question.pins.includes(entity);
  const [verdict, code] = isRetired
    ? ['RETIRED', 'MDT_RETIRED']
    : isPinned
      ? verifiedOr(holders, question, chain)
      : ['UNPINNED', 'MDT_UNPINNED'];
  if (verdict === 'UNKNOWN') return { verdict, code: code ?? '' };
  return {
    verdict: verdict ?? '',
    ...(code !== undefined && { code }),
    entity_id: entity,
    digest: hosted.sha256,
    role: record.role,
    existed_after: timeText(chain.tree.medianTimePast(fresh)),
    ...(closing && { existed_before: timeText(chain.tree.medianTimePast(closing)) }),
    confirmations,
    headers: {
      sources: chain.sources,
      from: { height: question.checkpoint.height, hash: question.checkpoint.hash },
      tip: { height: chain.tip.height, hash: chain.tip.hash },
      work: workText(chain.tip),
    },
    ...(question.pins.length > 0 && {
      remembers: {
        entity_id: entity,
        digest: hosted.sha256,
        key: record.keys.anchor,
        url: record.services.birth_record,
        tip: settledTip(hosted, holders, known, question, chain),
      },
    }),
  };
}

/** VERIFIED, or what the canary makes of it where it is asked for (spec 9.3). */
function verifiedOr(holders: readonly Holder[], question: VerdictQuestion, { tree, tip, ...chain }: Chain): string[] {
  const { canary, now, confirmations, parameters } = question;
  if (!canary) return ['VERIFIED'];
  const medianTimePast = (header: PlacedHeader): number => tree.medianTimePast(header);
  const headers = { ...chain, tip: tip.height, confirmations, genesis: parameters.genesis, medianTimePast };
  const { state, code } = judgeCanary({
    entity_id: holders[0]?.digest.toString('hex') ?? '',
    records: holders.map(({ record, digest }) => ({
      digest: digest.toString('hex'),
      status_key: record.keys.status,
      canary_max_age_seconds: record.policy.canary_max_age_seconds,
    })),
    ...canary,
    now: Math.max(now, tree.medianTimePast(tip)),
    dated: (status) => datingCode(status, headers),
  });
  return code === undefined ? [state] : [state, code];
}

/** The newest link that is deep enough: proven, or the anchor shown, or one that was deep enough before. */
function settledTip(
  { anchor, lineage }: HostedRecord,
  holders: readonly Holder[],
  known: Known | undefined,
  question: VerdictQuestion,
  chain: Chain,
): string {
  const kinds = lineage.transactions.map((hex) => payloadOf(hex)?.kind);
  const isDeep = ({ link, locator }: HostedRecord['lineage']['proofs'][0]): boolean => {
    const before = holders[kinds.slice(0, link).filter((kind) => kind === 'SUCCESSOR').length];
    const required = Math.max(question.confirmations, before?.record.policy.confirmations ?? 0);
    return chain.tip.height - locator.height + 1 >= required;
  };
  const deep = lineage.proofs.filter(isDeep).map(({ locator }) => locator.txid);
  const txids = lineage.transactions.map(txidOf);
  return txids.findLast((txid) => [anchor.locator.txid, known?.tip, ...deep].includes(txid)) ?? '';
}

/** What is remembered of an expected entity that was last seen at this place. */
function expectedHere({ known, pins, url }: VerdictQuestion): Known | undefined {
  return known.find((each) => pins.includes(each.entity_id) && each.url === url);
}

/** Whether the last link is a RETIRE, proven, as deep as reader and record ask. */
function retiredAt({ lineage }: HostedRecord, record: BirthRecord, question: VerdictQuestion, chain: Chain): boolean {
  const last = lineage.proofs.find(({ link }) => link === lineage.transactions.length - 1);
  if (!last || payloadOf(last.proof.transaction)?.kind !== 'RETIRE') return false;
  const required = Math.max(question.confirmations, record.policy.confirmations);
  return chain.tip.height - last.locator.height + 1 >= required;
}

function chainOf({ parameters, checkpoint, sources, now }: VerdictQuestion): Chain {
  const tree = new HeaderTree(parameters, checkpoint);
  const read = sources.map(({ name, headers, earlier = '', refused }) => {
    const taken: PlacedHeader[] = [];
    const code =
      refused ??
      codeOf(() => {
        if (headers.length % 160 !== 0) throw new Refusal('MDT_HEADER_FORMAT', '', 'a part of a header');
        tree.read(splitHex(headers), now, taken);
      });
    succeeds(() => tree.readEarlier(splitHex(earlier)));
    return { name, taken, code };
  });
  const active = new Map(tree.active.map((header) => [header.height, header]));
  const described = read.map(({ name, taken, code }) => describe(name, taken, code, tree));
  return { tree, active, lowest: Math.min(...active.keys()), tip: tree.best, sources: described };
}

function describe(name: string, taken: PlacedHeader[], code: string | undefined, tree: HeaderTree): NamedSource {
  const best = taken.toSorted((a, b) => (a.work < b.work ? 1 : -1))[0];
  return {
    name,
    ...(best && { tip: { height: best.height, hash: best.hash }, work: workText(best) }),
    best: best?.hash === tree.best.hash,
    ...(code !== undefined && { code }),
  };
}

function splitHex(headers: string): Buffer[] {
  return (headers.match(/.{1,160}/g) ?? []).map((hex) => Buffer.from(hex, 'hex'));
}

function workText({ work }: PlacedHeader): string {
  return work.toString(16).padStart(64, '0');
}

function payloadOf(hex: string): Payload | undefined {
  const scripts = scriptsOf(readTransaction(Buffer.from(hex, 'hex'), ''));
  return readPayload(pushedData(scripts[opReturnIndex(scripts)] ?? Buffer.alloc(0)));
}

function txidOf(stripped: string): string {
  return displayed(readStripped(Buffer.from(stripped, 'hex'), '').hash);
}

function succeeds(look: () => unknown): boolean {
  return codeOf(look) === undefined;
}

/** The code of a refusal; nothing where there is none. */
function codeOf(look: () => unknown): string | undefined {
  try {
    look();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
