/** A relay is killed right after it has accepted registrations, and once more while their batch waits for a block. */
import type { GetRegistrationResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { GrpcResult } from '../grpc-failure.ts';
import { chainTruth, type ChainTruth } from '../relay/chain-truth.ts';
import { HandedWatch, type Handed } from '../relay/handed-watch.ts';
import { Subject } from '../subject.ts';
import type { World } from '../world.ts';
import { isKept, mineUntilRegistered, progressOf, register } from './relay-patience.ts';
import { BATCHED, DIRECT, type Taken } from './relay-registering.ts';
import { withRelay, type Answer, type RelayLives } from './relay-stage.ts';
import { onStage, type Scene } from './scene.ts';

export interface RelayKilledSeen extends RelayLives {
  taken: Taken[];
  /** Whether it was ready again after each kill. */
  ready: boolean[];
  /** Another request with a key of before the kill. */
  otherWithKey?: Answer<'registerSignature'>['result'];
  handed: readonly Handed[];
  /** At the end, in the order of `taken`. */
  progress: GrpcResult<GetRegistrationResponse>[];
  end?: ChainTruth;
}

const MOST_BLOCKS = 6;

export const relayKilled: Scene<RelayKilledSeen> = {
  title: 'a relay is killed with registrations that it has accepted',
  chain: 'exclusive',
  profile: 'relay',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<RelayKilledSeen> {
  const { configuration } = subject;
  const seen: RelayKilledSeen = { configuration, lives: [], taken: [], ready: [], handed: [], progress: [] };
  await withRelay(world, subject, seen, async (stage) => {
    await world.regtest.mine(1);
    await stage.settled();
    const watch = new HandedWatch(world);
    try {
      const key = Buffer.from('a key of before');
      seen.taken.push(await register(stage, 'first', BATCHED, key), await register(stage, 'second', BATCHED));
      const terms = await stage.client.ask('getTerms');
      if (!('failed' in terms) && terms.value.modes.includes(DIRECT))
        seen.taken.push(await register(stage, 'by itself', DIRECT));
      seen.ready.push(await stage.killAndRestart());
      if (seen.ready.at(-1) === true) {
        seen.otherWithKey = (await register(stage, 'another with that key', BATCHED, key)).result;
        await world.regtest.mine(1);
        await stage.soon(async () => (watch.all.some(({ kind }) => kind === 0x11) ? true : undefined));
        seen.ready.push(await stage.killAndRestart());
        if (seen.ready.at(-1) === true) await mineUntilRegistered(stage, seen.taken, MOST_BLOCKS);
        for (const { id } of seen.taken.filter(isKept)) seen.progress.push(await progressOf(stage, id));
      }
    } finally {
      await watch.stop();
      seen.handed = watch.all;
    }
    seen.end = await chainTruth(world);
  });
  return seen;
}
