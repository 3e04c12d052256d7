import { before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { LaunchConfiguration } from '../../reference/gen/schemas.ts';
import { startChain } from '../chain/start.ts';
import { SUITES } from '../suites/index.ts';
import { SCENES, type SceneName } from '../world/scenes/index.ts';
import { EventStream } from './events.ts';
import { judge } from './judge.ts';
import { processLauncher, type Launcher } from './launcher.ts';
import { loadLedger } from './ledger.ts';
import { loadTarget } from './manifest.ts';
import { PROJECT } from './project.ts';
import { buildWorld } from './build-world.ts';
import { Scheduler } from './scheduler.ts';
import { select } from './selection.ts';

const TARGET = loadTarget(join(PROJECT, 'conformance/targets/reference.target.yaml'));
const LEDGER = loadLedger(join(PROJECT, 'spec'));
/** A birth, a node of its own, a gateway that is cut, and kills: what could disturb others if anything could. */
const STAGED: ReadonlySet<SceneName> = new Set(['birth', 'reorganised', 'killed', 'outage', 'other-genesis']);

/** What a target was given that no other may have. */
type Planted = Pick<LaunchConfiguration, 'passphrase' | 'import_secrets'>;

interface Run {
  /** In the order in which they were judged. */
  readonly outcomes: readonly string[];
  /** By data directory, of which each scene has one. */
  readonly planted: ReadonlyMap<string, Planted>;
  /** The most scenes that were staged at a time. */
  readonly atOnce: number;
}

/** The launcher, with what each target was launched with. */
function recording(launcher: Launcher, planted: Map<string, Planted>): Launcher {
  return {
    ...launcher,
    place: async (dataDir) => {
      const place = await launcher.place(dataDir);
      return {
        ...place,
        launch: (firstLine, secrets, sink) => {
          if (typeof firstLine === 'object') {
            const { passphrase, import_secrets: keys } = firstLine;
            planted.set(dataDir, { passphrase, ...(keys && { import_secrets: keys }) });
          }
          return place.launch(firstLine, secrets, sink);
        },
      };
    },
  };
}

async function runOf(parallel: number): Promise<Run> {
  const planted = new Map<string, Planted>();
  const events = new EventStream();
  const { suites } = select(SUITES, LEDGER, TARGET, { scenes: STAGED });
  const chain = await startChain({});
  try {
    const launcher = recording(processLauncher(TARGET), planted);
    const world = await buildWorld({ target: TARGET, seed: 'side by side', events, chain: {} }, chain, launcher);
    const scheduler = new Scheduler(world, SCENES, { parallel });
    const staging = scheduler.stage(STAGED);
    const checks = await judge({ world, ledger: LEDGER, scheduler, suites, knownFailing: new Map() });
    await staging;
    world.regtest.stop();
    return { outcomes: checks.map(({ id, outcome }) => `${id} ${outcome}`), planted, atOnce: atOnce(events) };
  } finally {
    await chain.stop();
  }
}

function atOnce({ events }: EventStream): number {
  let now = 0;
  let most = 0;
  for (const { type } of events) {
    if (type === 'scene_started') most = Math.max(most, ++now);
    if (type === 'scene_finished') now--;
  }
  return most;
}

describe('scenes side by side', function () {
  this.timeout(180_000);
  const runs: Run[] = [];
  const sorted = ({ planted }: Run): string[] => [...planted.values()].map((one) => JSON.stringify(one)).sort();

  before(async () => {
    for (const parallel of [1, 2, 3]) runs.push(await runOf(parallel));
  });

  it('are as many as were asked for', () => {
    assert.deepEqual(
      runs.map((run) => run.atOnce),
      [1, 2, 3],
    );
  });

  it('give the same checks in the same order, with the same outcomes, as one after the other', () => {
    const [one, ...others] = runs;
    assert.ok(one && one.outcomes.length > 100);
    assert.deepEqual(
      one.outcomes.filter((outcome) => !/ (pass|not claimed)$/.test(outcome)),
      [],
    );
    for (const { outcomes } of others) assert.deepEqual(outcomes, one.outcomes);
  });

  it('give the same passphrases and keys', () => {
    const [one, ...others] = runs;
    assert.ok(one);
    for (const other of others) assert.deepEqual(sorted(other), sorted(one));
  });

  it('share no passphrase and no key', () => {
    for (const { planted } of runs) {
      assert.equal(planted.size, STAGED.size);
      const secrets = [...planted.values()].flatMap(({ passphrase, import_secrets: keys }) =>
        Object.values({ ...keys, passphrase }),
      );
      assert.equal(secrets.length, 4 * STAGED.size);
      assert.equal(new Set(secrets).size, secrets.length);
    }
  });
});
