/** The node turns out to be on another chain than the configured one: its block 0 is not ours. */
import { recordOf, type LifeRecord } from '../life-record.ts';
import { isListening, isReady, Subject, waitsFor } from '../subject.ts';
import type { World } from '../world.ts';
import { onStage, type Scene } from './scene.ts';
import { BLOCK_EVERY_MS, BREATH_MS, GRACE, LISTENING_MS, STOP_MS, WAITING_MS } from './timing.ts';

export interface OtherGenesisSeen {
  life: LifeRecord;
  listening: boolean;
  reported: boolean;
  ready: boolean;
  /** Whether it asked for the block 0 that the gateway had changed. */
  looked: boolean;
}

/** Block 0 of no network. */
const OTHER_GENESIS = '00'.repeat(16) + 'ab'.repeat(16);

export const otherGenesis: Scene<OtherGenesisSeen> = {
  title: 'the node is on another chain than the configured one',
  play: async (world, name) => onStage(await Subject.create(world, name), (subject) => play(world, subject)),
};

async function play(world: World, subject: Subject): Promise<OtherGenesisSeen> {
  // The configuration cannot name another network: there, a loopback issuer is no valid one.
  subject.gateway.rewrite('getblockhash', (parameters, result) =>
    Array.isArray(parameters) && parameters[0] === 0 ? OTHER_GENESIS : result,
  );
  const life = subject.launch();
  const listening = (await life.line(isListening, LISTENING_MS * GRACE)) !== undefined;
  const release = world.regtest.keepMining(BLOCK_EVERY_MS);
  const reported = listening && (await life.line(waitsFor('MDT_WRONG_CHAIN'), WAITING_MS)) !== undefined;
  await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
  release();
  const ready = life.lines.some(({ line }) => isReady(line));
  await life.stop('SIGTERM', STOP_MS * GRACE);
  const looked = subject.gateway.calls.some(({ method, params }) => method === 'getblockhash' && /\b0\b/.test(params));
  return { life: recordOf(life), listening, reported, ready, looked };
}
