/** Everything around the targets of one run: the chain under test, the kit's coin, the seed, the event stream. */
import type { Chain } from '../chain/start.ts';
import type { Regtest } from '../chain/regtest.ts';
import type { EventStream } from '../kit/events.ts';
import type { Launcher } from '../kit/launcher.ts';
import type { Target } from '../kit/manifest.ts';
import type { ChainIndex } from './chain-index.ts';
import type { SecretWatch } from '../kit/secrets.ts';
import type { OpenNetwork } from './network/open-network.ts';
import type { RunBrowser } from './openid/browser.ts';
import type { Registering } from './registering/open-registering.ts';
import type { Questions } from './pat-questions.ts';
import type { PatSession } from './pat-session.ts';
import type { SeededRandom } from './random.ts';

export interface World {
  chain: Chain;
  regtest: Regtest;
  index: ChainIndex;
  /** Hash of block 0. */
  genesis: string;
  /** Starts another node as the run's own was started: for scenes that do to their chain what all would suffer from. */
  startNode(): Promise<Chain>;
  target: Target;
  random: SeededRandom;
  events: EventStream;
  /** In which people go through pages of a target. */
  browser: RunBrowser;
  /** Secrets of every subject, so that no part of a report repeats one. */
  secrets: SecretWatch[];
  /** Those that live now. */
  subjects: Set<{ giveUp(): void }>;
  /** The client under test, where it is one, and what it can be asked. */
  pat?: {
    readonly questions: Questions;
    ask: PatSession['ask'];
    readonly network?: OpenNetwork;
    readonly registering?: Registering;
  };
  /** How the kit's targets are started. */
  launcher: Launcher;
  /** Lives that went over a limit and were ended for it, each in words, for the verdict. */
  overLimits: string[];
  /** Whether the target was not born in an ordinary life: then no scene that begins with a birth waits for one. */
  birthFailed: boolean;
  /** Of a subject none of whose lives ever listened: what came in place of it, in words. */
  silence?: string;
  /** Resolves when a target listens for the first time in this run. */
  begun: PromiseWithResolvers<void>;
  /** Whether it has. */
  hasBegun(): boolean;
}
