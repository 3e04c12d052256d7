/** The kit's own entity, a relay by its role: its record, STATUSes and anchors on the node of the run, as chapters 1 to 9 say. */
import type { BirthRecord, HostedRecord, HostedStatus, Status } from '../../../reference/gen/schemas.ts';
import type { Regtest } from '../../chain/regtest.ts';
import type { RpcClient } from '../../chain/rpc-client.ts';
import { canonicalOctets, sha256 } from '../../oracle/digest.ts';
import { deterministicSignature, pointOf } from '../../oracle/signature.ts';
import { CODES } from '../../oracle/status.ts';
import { timeText } from '../../oracle/time-text.ts';
import { printedLineage, printedLocator, printedProof } from '../printed-proofs.ts';
import type { SeededRandom } from '../random.ts';
import { RECORD } from '../well-known.ts';
import { KitAnchors, type Coin, type Made } from '../relay/kit-anchors.ts';
import { payloads } from '../relay/payloads.ts';
import { ChainView, type Snapshot } from '../relay-double/chain-view.ts';

const STATUS = '/milagro/v1/status';
const RELAY_ROLE = '03';
const CONFIRMATIONS = 6;
/** Of each key: a coin for its lineage, and others. */
const COINS = 4;
const DAY = 86_400;
const CANARY_MAX_AGE = 3 * DAY;

/** What the kit's entities are made on. */
export interface Ground {
  readonly rpc: RpcClient;
  readonly regtest: Regtest;
  readonly random: SeededRandom;
  readonly genesis: string;
}

/** A record and who made it. */
export interface Authority {
  readonly record: BirthRecord;
  readonly digest: string;
  readonly key: Buffer;
  readonly statusKey: Buffer;
  readonly anchors: KitAnchors;
  /** What the record's `lineage` names. */
  readonly outpoint: Coin;
}

/** Anchors that were made, the BIRTH first. */
export type Lineage = readonly Made[];

/** Keys with coin of their own; the coin is not deep yet. */
export async function foundation(ground: Ground, name: string): Promise<KitAnchors> {
  return KitAnchors.create(ground.rpc, ground.regtest, ground.random.octets(`anchor key of ${name}`), COINS);
}

/** What a record is to say otherwise than an honest one. */
export interface RecordWishes {
  /** `keys.anchor`, where it is not the key that has the coin. */
  readonly key?: Buffer;
}

/** Writes a record of an entity at `issuer`, with a coin of `anchors` for its lineage. */
export async function authority(
  ground: Ground,
  name: string,
  issuer: string,
  anchors: KitAnchors,
  { key = ground.random.octets(`anchor key of ${name}`) }: RecordWishes = {},
): Promise<Authority> {
  const { random, genesis } = ground;
  const chain = await new ChainView(ground.rpc).now();
  const height = chain.height - CONFIRMATIONS;
  const outpoint = anchors.coin();
  const statusKey = random.octets(`status key of ${name}`);
  const host = new URL(issuer).host;
  const record: BirthRecord = {
    type: 'milagro-birth-record',
    spec: '1.0',
    role: 'relay',
    name: `Kit ${name}`,
    operator: { legal_name: 'Conformance kit', jurisdiction: 'CH', contact: 'mailto:kit@example.org' },
    issuer,
    chain: { genesis, header_format: 'sha256d-80', checkpoint: { height: 0, hash: genesis } },
    created: timeText(tipTime(chain)),
    freshness: { height, hash: chain.blocks[height]?.hash ?? '' },
    lineage: { txid: outpoint.txid, vout: outpoint.vout },
    keys: {
      anchor: pointOf(key).toString('hex'),
      next_anchor_hash: sha256(pointOf(random.octets(`next anchor key of ${name}`))).toString('hex'),
      status: pointOf(statusKey).toString('hex'),
    },
    services: { grpc: host, birth_record: `${issuer}${RECORD}`, status: `${issuer}${STATUS}`, relay: host },
    policy: {
      log_period_seconds: 3_600,
      anchor_period_seconds: DAY,
      canary_max_age_seconds: CANARY_MAX_AGE,
      confirmations: CONFIRMATIONS,
      channel_confirmations: 100,
    },
  };
  return { record, digest: digestOf(record), key, statusKey, anchors, outpoint };
}

/** Anchors a BIRTH of `digest`; it waits in the mempool. */
export async function bear(
  { anchors, record, digest, outpoint }: Authority,
  coin: Coin = outpoint,
  by: KitAnchors = anchors,
): Promise<Made> {
  return by.anchor(birthPayload(record, digest), coin);
}

/** What the BIRTH of a relay with this record carries (MDT-ANC-005). */
export function birthPayload({ issuer }: BirthRecord, digest: string): Buffer {
  return payloads.birth(digest, new URL(issuer).host, RELAY_ROLE);
}

/** Anchors a STATUS after the tip; it waits in the mempool. */
export async function beat({ anchors, digest }: Authority, tip: Made, { sha256: of }: HostedStatus): Promise<Made> {
  return anchors.anchor(payloads.status({ digest: of, entity: digest }), tip.coin);
}

/** What is hosted of an authority whose anchors these are, as far as the chain has them. */
export function hostedRecord({ record, digest, key }: Authority, lineage: Lineage, chain: Snapshot): HostedRecord {
  const [birth] = lineage;
  if (!birth) throw new Error('a lineage without a BIRTH');
  const members = lineage.map(({ txid }) => chain.anchor(txid)).filter((each) => each !== undefined);
  const links = members.length > 1 ? [0, members.length - 1] : [0];
  const prevoutValue = chain.prevoutValue(birth.txid);
  return {
    birth_record: record,
    sha256: digest,
    signature: deterministicSignature('MDT/1/milagro-birth-record', Buffer.from(digest, 'hex'), key).toString('hex'),
    anchor: {
      locator: printedLocator(chain.locator(birth.txid, 0)),
      proof: printedProof(chain.proof(birth.txid, 0, { confirmations: CONFIRMATIONS, prevoutValue })),
    },
    lineage: printedLineage({
      transactions: members.map(({ txid }) => chain.stripped(txid)),
      proofs: links.map((link) => chain.linkProof(members, link, CONFIRMATIONS)),
    }),
  };
}

/** The same entity with another record in its place, signed by its own key (MDT-VER-103). */
export function altered(one: Authority): Authority {
  const record = { ...one.record, name: `${one.record.name}, altered` };
  return { ...one, record, digest: digestOf(record) };
}

/** What a STATUS is to say otherwise than an honest one. */
export interface StatusWishes {
  readonly before?: HostedStatus;
  readonly codes?: Status['codes'];
  /** Seconds since 1970. */
  readonly created?: number;
  readonly maxAge?: number;
  readonly key?: Buffer;
  readonly genesis?: string;
  readonly freshness?: Status['freshness'];
}

/** The STATUS after `before`, or the first one. It is due in a day and expires in two. */
export function statusOf(
  one: Authority,
  chain: Snapshot,
  { before, codes, created, maxAge = 2 * DAY, key, genesis, ...dated }: StatusWishes = {},
): HostedStatus {
  const { record, digest, statusKey } = one;
  const at = created ?? tipTime(chain);
  const height = chain.height - CONFIRMATIONS;
  const status: Status = {
    type: 'milagro-status',
    spec: '1.0',
    chain: genesis === undefined ? record.chain : { ...record.chain, genesis },
    created: timeText(at),
    freshness: dated.freshness ?? { height, hash: chain.blocks[height]?.hash ?? '' },
    entity_id: digest,
    record: digest,
    seq: before ? before.status.seq + 1 : 0,
    previous: before?.sha256 ?? digest,
    next_due: timeText(at + maxAge / 2),
    expires: timeText(at + maxAge),
    codes: codes ?? [...CODES],
  };
  const of = digestOf(status);
  const signature = deterministicSignature('MDT/1/milagro-status', Buffer.from(of, 'hex'), key ?? statusKey);
  return { status, sha256: of, signature: signature.toString('hex') };
}

/** Time of the tip, seconds since 1970, or now where that is later. */
export function tipTime({ headers, height }: Snapshot): number {
  return Math.max(Math.floor(Date.now() / 1000), headers[height]?.readUInt32LE(68) ?? 0);
}

function digestOf(document: object): string {
  return sha256(canonicalOctets(document)).toString('hex');
}

/** The path of the record, and of STATUSes. */
export const paths: { readonly record: string; readonly status: string } = { record: RECORD, status: STATUS };
