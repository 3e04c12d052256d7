/** A relay is asked everything that a client without a node has to know, with honest and hostile anchors in its chain. */
import type { GetTermsResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { GrpcResult } from '../grpc-failure.ts';
import { chainTruth, type ChainTruth } from '../relay/chain-truth.ts';
import { Subject } from '../subject.ts';
import type { World } from '../world.ts';
import { stageAnchors, type StagedAnchors } from './relay-anchors.ts';
import { askOfCoin, type CoinSeen } from './relay-coin.ts';
import { crowd, type CrowdSeen } from './relay-crowd.ts';
import { askUnknown, askWrongly, type Mistake } from './relay-mistakes.ts';
import { askOfChain, type ChainAnswers } from './relay-questions.ts';
import { relayAddressIn, withRelay, type RelayLives, type RelayStage } from './relay-stage.ts';
import { onStage, type Scene } from './scene.ts';

export interface RelaySeen extends RelayLives {
  /** GetTerms at the address in the record; absent where it names none of this target. */
  atRecord?: GrpcResult<GetTermsResponse>;
  staged?: Omit<StagedAnchors, 'anchors'>;
  /** Whether it had followed the chain before it was asked. */
  settled?: boolean;
  truth?: ChainTruth;
  answers?: ChainAnswers;
  coin?: CoinSeen;
  /** The chain when coin was asked for. */
  later?: ChainTruth;
  unknown: Mistake[];
  wrong: Mistake[];
  crowd?: CrowdSeen;
}

export const relay: Scene<RelaySeen> = {
  title: 'a relay is asked for headers, anchors, proofs, coin and broadcasts',
  chain: 'exclusive',
  profile: 'relay',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<RelaySeen> {
  const seen: RelaySeen = { configuration: subject.configuration, lives: [], unknown: [], wrong: [] };
  await withRelay(world, subject, seen, async (stage) => {
    await askAtRecord(stage, seen);
    const staged = await stageAnchors(world);
    seen.staged = staged;
    seen.settled = await stage.settled(staged.made['A latest']?.txid ?? '');
    seen.truth = await chainTruth(world);
    seen.answers = await askOfChain(stage, seen.truth, staged);
    seen.unknown = await askUnknown(stage, staged);
    seen.wrong = await askWrongly(stage, staged);
    seen.crowd = await crowd(stage);
    seen.coin = await askOfCoin(stage, staged);
    seen.later = await chainTruth(world);
  });
  return seen;
}

/** Where the record says that it serves. Nothing but the target's own host is asked. */
async function askAtRecord(stage: RelayStage, seen: RelaySeen): Promise<void> {
  const address = relayAddressIn(seen.record);
  const hostOf = (hostPort: string): string => hostPort.replace(/:\d+$/, '');
  if (address === undefined || hostOf(address) !== hostOf(stage.subject.configuration.public.grpc)) return;
  const client = stage.connect(address);
  seen.atRecord = await client.ask('getTerms');
  client.close();
}
