/** The node of a relay is away while clients ask, register, and a block comes; then it is back. */
import type { GetRegistrationResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { GrpcResult } from '../grpc-failure.ts';
import type { Unary } from '../relay/relay-client.ts';
import { chainTruth, type ChainTruth } from '../relay/chain-truth.ts';
import { HandedWatch, type Handed } from '../relay/handed-watch.ts';
import { KitAnchors } from '../relay/kit-anchors.ts';
import { Subject, waitsFor } from '../subject.ts';
import type { World } from '../world.ts';
import { isKept, mineUntilRegistered, progressOf, register } from './relay-patience.ts';
import { BATCHED, type Taken } from './relay-registering.ts';
import { withRelay, type RelayLives, type RelayStage } from './relay-stage.ts';
import { onStage, type Scene } from './scene.ts';
import { WAITING_MS } from './timing.ts';

/** A call in the outage. */
export interface Withheld {
  readonly call: string;
  /** Whether nobody can answer it without a node. */
  readonly needsNode: boolean;
  readonly result: GrpcResult<unknown>;
}

export interface RelayOutageSeen extends RelayLives {
  /** The calls that need a node, before it went. */
  before: Withheld[];
  during: Withheld[];
  /** The same calls when it was back. */
  after: Withheld[];
  /** One accepted before, and one asked for in the outage. */
  taken: Taken[];
  handed: readonly Handed[];
  progress: GrpcResult<GetRegistrationResponse>[];
  end?: ChainTruth;
}

const MOST_BLOCKS = 6;

export const relayOutage: Scene<RelayOutageSeen> = {
  title: 'the Bitcoin node of a relay is away',
  chain: 'exclusive',
  profile: 'relay',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<RelayOutageSeen> {
  const seen: RelayOutageSeen = {
    ...{ configuration: subject.configuration, lives: [], before: [], during: [], after: [] },
    ...{ taken: [], handed: [], progress: [] },
  };
  await withRelay(world, subject, seen, async (stage) => {
    const anchors = await KitAnchors.create(
      world.chain.rpc,
      world.regtest,
      world.random.octets('coin of an outage'),
      4,
    );
    await stage.settled();
    const watch = new HandedWatch(world);
    try {
      seen.taken.push(await register(stage, 'before the outage', BATCHED));
      seen.before = await askAll(stage, anchors);
      const from = stage.life.lineCount;
      subject.gateway.cut();
      await stage.life.line(waitsFor('MDT_CHAIN_UNAVAILABLE'), WAITING_MS / 2, from);
      seen.during = await askAll(stage, anchors);
      seen.taken.push(await register(stage, 'in the outage', BATCHED));
      await world.regtest.mine(1);
      subject.gateway.restore();
      await stage.settled();
      seen.after = await askAll(stage, anchors);
      await mineUntilRegistered(stage, seen.taken, MOST_BLOCKS);
      for (const { id } of seen.taken.filter(isKept)) seen.progress.push(await progressOf(stage, id));
    } finally {
      subject.gateway.restore();
      await watch.stop();
      seen.handed = watch.all;
    }
    seen.end = await chainTruth(world);
  });
  return seen;
}

async function askAll(stage: RelayStage, anchors: KitAnchors): Promise<Withheld[]> {
  const { hex } = await anchors.make([]);
  const asked: Partial<Record<Unary, [boolean, object]>> = {
    getTip: [false, {}],
    getHeaders: [false, {}],
    findAnchors: [false, {}],
    listUnspent: [true, { script: anchors.key.script }],
    estimateFee: [true, { blocks: 6 }],
    broadcastTransaction: [true, { transaction: Buffer.from(hex, 'hex') }],
  };
  const all: Withheld[] = [];
  for (const [call, [needsNode, request]] of Object.entries(asked))
    all.push({ call, needsNode, result: await stage.client.ask(call as Unary, request) });
  return all;
}
