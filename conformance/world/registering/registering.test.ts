/** What a client is shown of its own signatures: each scenario is wrong in what it says, by the oracle, and its control is right. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { startFresh, type Chain } from '../../chain/start.ts';
import { Refusal } from '../../oracle/refusal.ts';
import { readRegistration } from '../../oracle/registration.ts';
import { parametersOf } from '../pat-questions.ts';
import { printedLocator, printedProof } from '../printed-proofs.ts';
import { SeededRandom } from '../random.ts';
import { BATCHED } from '../scenes/relay-registering.ts';
import { Registering } from './open-registering.ts';
import { alteredFor, besideOf, givenFor, ofKit, playsOf, shownBy, type Play } from './play.ts';
import type { Beside, Given, Kept } from './scenario.ts';
import { REGISTRATIONS } from './scenarios.ts';

describe('the scenarios of a client that registers', function () {
  this.timeout(120_000);
  let chain: Chain;
  let world: Registering;
  let beside: Beside;
  const begun: { play: Play; own: Kept; altered: string }[] = [];

  before(async () => {
    chain = await startFresh({});
    world = await Registering.open(chain, new SeededRandom('registering test'));
    for (const play of playsOf(REGISTRATIONS, world)) {
      const { mode, freshness } = play.scenario;
      const own = await ofKit(world, play.id, mode, play.isHonest ? undefined : freshness);
      begun.push({ play, own, altered: await alteredFor(play, world, own) });
    }
    beside = await besideOf(world, 'test');
    await world.settle();
  });
  after(async () => {
    world.close();
    await chain.stop();
  });

  /** The code with which the oracle refuses what is shown, or nothing where it does not. */
  async function judged({ scenario, isHonest }: Play, given: Given): Promise<string | undefined> {
    const { relay, request } = await shownBy({ id: '', comment: '', scenario, isHonest }, given);
    relay.close();
    const shown = isHonest || !scenario.answer ? given.honest : scenario.answer(given);
    if (!shown) return 'MDT_SOURCE';
    if (!shown.locator) return 'MDT_CONFIRMATIONS';
    const { signed = given.own.signed, subject_key: key = '', statement_digest: digest = '', policy } = request;
    const path = shown.path.map((hash) => hash.toString('hex'));
    try {
      readRegistration({
        registration: {
          ...signed,
          ...(shown.mode === BATCHED && { batch: { index: shown.index, path } }),
          locator: printedLocator(shown.locator),
          proof: printedProof(shown.proof),
        },
        ...{ subject_key: key, statement_digest: digest, parameters: parametersOf('regtest') },
        checkpoint: world.checkpoint,
        headers: Buffer.concat(given.chain.headers.slice(1)).toString('hex'),
        ...{ confirmations: policy?.confirmations ?? 0, now: await world.clock() },
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.code;
    }
  }

  it('are 20 and more, each of a name of its own', () => {
    assert.ok(REGISTRATIONS.length >= 20, String(REGISTRATIONS.length));
    assert.equal(new Set(REGISTRATIONS.map(({ id }) => id)).size, REGISTRATIONS.length);
  });

  it('are refused with their code where they lie, and read where they do not', async () => {
    for (const { play, own, altered } of begun) {
      const code = await judged(play, await givenFor(world, own, beside, altered));
      assert.equal(code, play.isHonest ? undefined : play.scenario.expected.code, play.id);
    }
  });
});
