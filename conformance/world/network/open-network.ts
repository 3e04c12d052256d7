/**
 * The world that a client goes to by itself: a regtest node with entities of the kit anchored on it, the host of their records,
 * and whatever sources of headers a question opens. Once it is made nothing is mined any more, so that every question is
 * about the same chain.
 */
import type { ChainCheckpoint, HostedRecord, HostedStatus } from '../../../reference/gen/schemas.ts';
import type { Chain } from '../../chain/start.ts';
import { Regtest } from '../../chain/regtest.ts';
import type { SeededRandom } from '../random.ts';
import { coinKey, opReturn, signed, unsigned } from '../relay/transaction-builder.ts';
import { ChainView, type Snapshot } from '../relay-double/chain-view.ts';
import {
  authority,
  bear,
  beat,
  birthPayload,
  foundation,
  hostedRecord,
  statusOf,
  tipTime,
  type Authority,
  type Ground,
} from './kit-entity.ts';
import { RecordHost } from './record-host.ts';

/** Upon the coin of a lineage, before its record is written. */
const COIN_DEPTH = 6;
/** Upon the last anchor of the honest lineage. */
const DEEP = 9;
const FEE_SAT = 1_000;

/** An entity as it is hosted. */
export interface Hosted {
  readonly of: Authority;
  readonly record: HostedRecord;
}

export interface OpenNetwork {
  readonly random: SeededRandom;
  readonly host: RecordHost;
  readonly snapshot: Snapshot;
  /** From block 0 on. */
  readonly headers: readonly Buffer[];
  readonly genesis: string;
  /** Of the reader: block 0. */
  readonly checkpoint: ChainCheckpoint;
  /** Seconds since 1970: not before the tip. */
  readonly now: number;
  /** `p2p://host:port` of the regtest node itself. */
  readonly node: string;
  /** Two anchors: BIRTH and STATUS. */
  readonly honest: Hosted;
  /** As it was hosted before its STATUS was anchored. */
  readonly early: Hosted;
  readonly firstStatus: HostedStatus;
  /** Heights of the BIRTH and of the STATUS of the honest one. */
  readonly birthHeight: number;
  readonly beatHeight: number;
  /** Another entity, whose record names the honest one's host. */
  readonly impostor: Hosted;
  /** The honest record under a second BIRTH of its own key, and under one that somebody else made. */
  readonly again: Hosted;
  readonly twin: Hosted;
  /** A record signed by its own key, whose BIRTH another key signed. */
  readonly borrowed: Hosted;
  close(): void;
}

/** Makes it on a fresh node; some 130 blocks. */
export async function openNetwork(chain: Chain, random: SeededRandom): Promise<OpenNetwork> {
  const { rpc, p2p } = chain;
  const regtest = await Regtest.create(rpc);
  const host = await RecordHost.open();
  const ground: Ground = { rpc, regtest, random, genesis: await rpc.call<string>('getblockhash', [0]) };
  const view = new ChainView(rpc);

  const founded = [];
  for (const name of ['honest', 'impostor', 'lender']) founded.push(await foundation(ground, name));
  const [ours, theirs, lent] = founded;
  if (!ours || !theirs || !lent) throw new Error('the kit has no coin for its entities');
  await regtest.mine(COIN_DEPTH);

  const honest = await authority(ground, 'honest', host.origin, ours);
  const impostor = await authority(ground, 'impostor', host.origin, theirs);
  const borrower = await authority(ground, 'borrower', host.origin, lent, {
    key: random.octets('key of the borrower'),
  });
  const firstStatus = statusOf(honest, await view.now());
  const birth = await bear(honest);
  const strangers = await bear(impostor);
  const again = await bear(honest, ours.coin());
  const foreign = await bear(honest, theirs.coin(), theirs);
  const lentBirth = await bearFor(ground, borrower);
  await regtest.mine(1);
  const birthHeight = (await view.now()).height;
  await regtest.mine(COIN_DEPTH);
  const early = hostedRecord(honest, [birth], await view.now());
  const tip = await beat(honest, birth, firstStatus);
  await regtest.mine(1);
  const beatHeight = (await view.now()).height;
  await regtest.mine(DEEP);
  regtest.stop();

  const snapshot = await view.now();
  const hosted = (of: Authority, ...lineage: Parameters<typeof hostedRecord>[1]): Hosted => ({
    of,
    record: hostedRecord(of, lineage, snapshot),
  });
  const [first] = snapshot.headers;
  return {
    ...{ random, host, snapshot, firstStatus, birthHeight, beatHeight },
    headers: snapshot.headers,
    genesis: ground.genesis,
    checkpoint: {
      height: 0,
      hash: ground.genesis,
      header: first?.toString('hex') ?? '',
      chainwork: '2'.padStart(64, '0'),
      previous_times: [],
    },
    now: tipTime(snapshot),
    node: `p2p://${p2p}`,
    honest: hosted(honest, birth, tip),
    early: { of: honest, record: early },
    impostor: hosted(impostor, strangers),
    again: hosted(honest, again),
    twin: hosted(honest, foreign),
    borrowed: hosted(borrower, lentBirth),
    close: () => host.close(),
  };
}

/** A BIRTH that the key of the coin signs, and that pays on to `keys.anchor` of the record: right but for the witness. */
async function bearFor(
  { rpc }: Ground,
  { record, digest, key, anchors, outpoint }: Authority,
): ReturnType<typeof bear> {
  const payload = birthPayload(record, digest);
  const sat = outpoint.sat - FEE_SAT;
  const outputs = [
    { sat: 0, script: opReturn(payload) },
    { sat, script: coinKey(key).script },
  ];
  const hex = await signed(rpc, unsigned([outpoint], outputs), anchors.key, [outpoint]);
  const txid = await rpc.call<string>('sendrawtransaction', [hex]);
  return { txid, hex, coin: { txid, vout: 1, sat } };
}
