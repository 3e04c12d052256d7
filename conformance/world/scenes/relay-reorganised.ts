/** Reorganisations, while clients watch headers and an anchor, and while registrations are in the blocks that go. */
import type {
  GetRegistrationResponse,
  WatchAnchorResponse,
  WatchHeadersResponse,
} from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { GrpcResult } from '../grpc-failure.ts';
import { chainTruth, type ChainTruth } from '../relay/chain-truth.ts';
import { HandedWatch, type Handed } from '../relay/handed-watch.ts';
import { KitAnchors } from '../relay/kit-anchors.ts';
import type { Sent, Watch } from '../relay/relay-client.ts';
import { Subject } from '../subject.ts';
import type { World } from '../world.ts';
import { forgetMempool } from './coming-back.ts';
import { anchorsToMove, momentOf, type ChainMoment } from './relay-moments.ts';
import { isKept, mineUntilRegistered, progressOf, register } from './relay-patience.ts';
import { BATCHED, DIRECT, type Taken } from './relay-registering.ts';
import { RELAY_MS, withRelay, type RelayLives, type RelayStage } from './relay-stage.ts';
import { onStage, type Scene } from './scene.ts';
import { GRACE } from './timing.ts';

/** A chain of tips, by the hashes of its blocks from the lowest that was ever watched. */
export interface Branch {
  readonly what: string;
  readonly truth: ChainTruth;
}

export interface RelayReorganisedSeen extends RelayLives {
  /** Hash of the best block that the watcher of headers had. */
  known?: string;
  headers: readonly Sent<WatchHeadersResponse>[];
  headersEnded?: Watch<unknown>['ended'];
  /** The anchor that is watched, and with how many confirmations its stream ends. */
  anchor?: { readonly txid: string; readonly confirmations: number };
  places: readonly Sent<WatchAnchorResponse>[];
  placesEnded?: Watch<unknown>['ended'];
  /** The chain after each step, when the relay had followed it. */
  branches: Branch[];
  /** What was answered of anchors and coin after each step. */
  moments: ChainMoment[];
  taken: Taken[];
  /** Of each registration after each reorganisation, before any block can bring it back. */
  without: { what: string; each: GrpcResult<GetRegistrationResponse>[] }[];
  handed: readonly Handed[];
  /** At the end, in the order of `taken`. */
  progress: GrpcResult<GetRegistrationResponse>[];
  end?: ChainTruth;
}

const DEPTH = 3;
/** Of which two are not spent. */
const COINS = 5;
const PAID_SAT = 20_000;
const MOST_BLOCKS = 8;

export const relayReorganised: Scene<RelayReorganisedSeen> = {
  title: 'the chain of a relay is reorganised under its clients',
  chain: 'exclusive',
  profile: 'relay',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<RelayReorganisedSeen> {
  const seen: RelayReorganisedSeen = {
    ...{ configuration: subject.configuration, lives: [], headers: [], places: [], branches: [], moments: [] },
    ...{ taken: [], without: [], handed: [], progress: [] },
  };
  await withRelay(world, subject, seen, async (stage) => {
    const watch = new HandedWatch(world);
    try {
      await watchers(stage, seen);
      await registrations(stage, seen);
    } finally {
      await watch.stop();
      seen.handed = watch.all;
    }
    seen.end = await chainTruth(world);
  });
  return seen;
}

/**
 * Anchors and a payment come into blocks, fall out of them, and come into others, while the place of one and all headers are
 * watched, and the relay is asked about all of them.
 */
async function watchers(stage: RelayStage, seen: RelayReorganisedSeen): Promise<void> {
  const { world } = stage;
  const kit = await KitAnchors.create(
    world.chain.rpc,
    world.regtest,
    world.random.octets('coin of what is watched'),
    COINS,
  );
  const anchors = await anchorsToMove(world, kit);
  const { txid } = anchors.moved['the PAT_SIGNATURE'];
  await stage.settled(txid);
  const tip = await world.index.tipHeight();
  seen.known = (await world.index.blockAt(tip - 2)).hash;
  seen.anchor = { txid, confirmations: DEPTH };
  const headers = stage.client.watch('watchHeaders', { known: [Buffer.from(seen.known, 'hex')] });
  const places = stage.client.watch('watchAnchor', { txid: Buffer.from(txid, 'hex'), confirmations: DEPTH });
  const follow = async (what: string, patient = true): Promise<void> => {
    const truth = await chainTruth(world);
    seen.branches.push({ what, truth });
    const last = truth.headers.at(-1);
    const isThere = (sent: readonly Sent<WatchHeadersResponse>[]): boolean =>
      sent.some(({ message }) => Buffer.from(message.headers.at(-1) ?? []).toString('hex') === last);
    await headers.until(isThere, RELAY_MS * GRACE);
    const count = places.sent.length;
    if (patient) await places.until((sent) => sent.length > count, RELAY_MS / 5);
    seen.moments.push(await momentOf(stage, what, truth, anchors));
  };
  await places.until((sent) => sent.length > 0, RELAY_MS);
  await follow('at first', false);
  await kit.send([{ sat: PAID_SAT, script: kit.key.script }]);
  await world.regtest.mine(1);
  await follow('one block more');
  await world.regtest.reorganise(2);
  await follow('without the block of the anchor');
  await world.regtest.mine(1);
  await follow('with the anchor in another block');
  await world.regtest.mine(DEPTH - 1);
  await follow('with the anchor deep enough');
  await places.until(() => false, RELAY_MS); // until it ends
  for (const watch of [headers, places]) watch.close();
  stage.client.noted('watchHeaders', headers);
  stage.client.noted('watchAnchor', places);
  [seen.headers, seen.places] = [headers.sent, places.sent];
  if (headers.ended) seen.headersEnded = headers.ended;
  if (places.ended) seen.placesEnded = places.ended;
}

/** Registrations that are in a block fall out of it: into a mempool that keeps them, and with a node that has forgotten them. */
async function registrations(stage: RelayStage, seen: RelayReorganisedSeen): Promise<void> {
  const { world, subject } = stage;
  const terms = await stage.client.ask('getTerms');
  const modes = !('failed' in terms) && terms.value.modes.includes(DIRECT) ? [BATCHED, DIRECT] : [BATCHED];
  for (const mode of modes) seen.taken.push(await register(stage, mode === DIRECT ? 'by itself' : 'in a batch', mode));
  await mineUntilRegistered(stage, seen.taken, MOST_BLOCKS);
  for (const forgotten of [false, true]) {
    await world.regtest.reorganise(DEPTH);
    if (forgotten) await forgetMempool(world, subject);
    await stage.settled();
    const each: GrpcResult<GetRegistrationResponse>[] = [];
    for (const { id } of seen.taken.filter(isKept)) each.push(await progressOf(stage, id));
    seen.without.push({ what: forgotten ? 'of a node that forgot them' : 'of the active chain', each });
    await stage.soon(async () =>
      (await world.chain.rpc.call<string[]>('getrawmempool')).length > 0 ? true : undefined,
    );
    await mineUntilRegistered(stage, seen.taken, MOST_BLOCKS);
  }
  for (const { id } of seen.taken.filter(isKept)) seen.progress.push(await progressOf(stage, id));
}
