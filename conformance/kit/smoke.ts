/**
 * Whether a harness is wired right: one birth on the straight way, told step by step. It judges nothing beyond what each step
 * needs; the first that does not come about is the last, and names the requirement that asks for it.
 */
import type { HostedRecord } from '../../reference/gen/schemas.ts';
import { startChain, type Chain, type ChainOptions } from '../chain/start.ts';
import { readDocument } from '../oracle/json.ts';
import { MAX_ENVELOPE_OCTETS, readHostedRecord } from '../oracle/hosted-record.ts';
import { eventsOf, recordOf } from '../world/life-record.ts';
import { isFunding, isListening, Subject } from '../world/subject.ts';
import type { World } from '../world/world.ts';
import { RECORD } from '../world/well-known.ts';
import { LISTENING_MS, READY_MS, STOP_MS } from '../world/scenes/timing.ts';
import { EventStream } from './events.ts';
import type { Life } from './life.ts';
import type { Target } from './manifest.ts';
import { openLauncher } from './open-launcher.ts';
import { buildWorld } from './build-world.ts';
import { schemaFault } from './schemas.ts';

export interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  /** What came, or what came in place of it. */
  readonly detail: string;
  /** The requirement that asks for it. */
  readonly requirement: string;
}

export interface SmokeOptions {
  readonly target: Target;
  readonly chain: ChainOptions;
  onStep?(step: Step): void;
}

const LAST_LINES = 5;

/** The steps as far as they came; all were taken if the last is `ok`. @throws KitError where there is no chain */
export async function smoke(options: SmokeOptions): Promise<Step[]> {
  const launcher = await openLauncher(options.target, options.chain.onProgress);
  let chain: Chain | undefined;
  try {
    chain = await startChain(options.chain);
    const run = { ...options, events: new EventStream(), seed: 'smoke' };
    const world = await buildWorld(run, chain, launcher);
    return await new Smoke(world, options.onStep).run();
  } finally {
    await chain?.stop();
    await launcher.close();
  }
}

/** A step that did not come about. */
class Missing extends Error {}

class Smoke {
  readonly steps: Step[] = [];
  readonly #world: World;
  readonly #onStep: ((step: Step) => void) | undefined;

  constructor(world: World, onStep: ((step: Step) => void) | undefined) {
    this.#world = world;
    this.#onStep = onStep;
  }

  async run(): Promise<Step[]> {
    const subject = await Subject.create(this.#world, 'smoke');
    try {
      await this.#beBorn(subject);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
    } finally {
      await subject.dispose();
    }
    return this.steps;
  }

  async #beBorn(subject: Subject): Promise<void> {
    const { regtest, index } = this.#world;
    const life = subject.launch();
    await this.#step('listens', 'MDT-TGT-001', async () => {
      if (!(await life.line(isListening, LISTENING_MS))) throw new Missing(this.#said(life));
      return `{"event":"listening"}`;
    });
    await this.#step('serves at its addresses', 'MDT-TGT-009', () => answers(subject));
    const payment = await this.#step('asks for coin', 'MDT-TGT-003', async () => {
      const funding = await life.line(isFunding, READY_MS);
      if (!funding) throw new Missing(this.#said(life));
      const paid = await subject.pay(funding.line);
      if (!paid) throw new Missing(`the kit does not pay ${JSON.stringify(funding.line)}`);
      return { ...paid, toString: () => `${String(paid.sat)} sat to ${paid.address}` };
    });
    await this.#step('is born and ready', 'MDT-TGT-004', async () => {
      const { confirmations } = subject.configuration.policy;
      await regtest.mine(confirmations);
      const ready = subject.ready(life, READY_MS);
      void soon(() => index.isSpent(payment)).then(() => regtest.mine(confirmations));
      const found = await ready;
      if (!found) throw new Missing(this.#said(life));
      return `entity_id ${found.line.entity_id}`;
    });
    await this.#step('hosts a record that verifies', 'MDT-HST-001', () => verifies(subject, life));
    await this.#step('ends when it is asked to', 'MDT-TGT-006', async () => {
      const { code, signal } = await life.stop('SIGTERM', STOP_MS);
      if (code !== 0) throw new Missing(signal === null ? `status ${String(code)}` : `it had to be ended by ${signal}`);
      return 'status 0';
    });
  }

  async #step<T extends { toString(): string }>(name: string, requirement: string, take: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const note = (ok: boolean, detail: string): void => {
      const step = { name, requirement, ok, detail, ms: Math.round(performance.now() - began) };
      this.steps.push(step);
      this.#onStep?.(step);
    };
    try {
      const came = await take();
      note(true, String(came));
      return came;
    } catch (error) {
      if (error instanceof Missing) note(false, error.message);
      throw error;
    }
  }

  /** What it said in place of what was waited for. */
  #said(life: Life): string {
    const [bad] = life.badLines;
    if (bad) return `a line that is almost one: ${bad.text} (${bad.fault.field} ${bad.fault.message})`;
    const { events } = this.#world.events;
    const lines = events.flatMap((event) => (event.type === 'target_line' ? [`${event.stream}: ${event.text}`] : []));
    return lines.length === 0 ? 'it said nothing' : `its last lines:\n${lines.slice(-LAST_LINES).join('\n')}`;
  }
}

async function answers(subject: Subject): Promise<string> {
  const http = await subject.http(RECORD);
  if ('failed' in http) throw new Missing(`HTTP at ${subject.configuration.listen.http}: ${http.failed}`);
  const grpc = subject.grpc();
  try {
    const health = await grpc.health();
    if ('failed' in health && health.failed.reason === undefined && health.failed.code === UNAVAILABLE)
      throw new Missing(`gRPC at ${subject.configuration.listen.grpc}: ${health.failed.message}`);
  } finally {
    grpc.close();
  }
  return `HTTP ${subject.configuration.listen.http}, gRPC ${subject.configuration.listen.grpc}`;
}

const UNAVAILABLE = 14;

async function verifies(subject: Subject, life: Life): Promise<string> {
  const result = await subject.http(RECORD);
  if ('failed' in result) throw new Missing(result.failed);
  if (result.status !== 200)
    throw new Missing(`status ${String(result.status)}: ${result.body.toString('utf8', 0, 300)}`);
  const [ready] = eventsOf(recordOf(life), 'ready');
  try {
    const envelope = readDocument(result.body, MAX_ENVELOPE_OCTETS);
    const fault = schemaFault('hosted-record', envelope);
    if (fault) throw new Missing(`${fault.field} ${fault.message}`);
    await readHostedRecord(envelope as unknown as HostedRecord);
    if (envelope['sha256'] !== ready?.line.entity_id)
      throw new Missing(`sha256 is ${String(envelope['sha256'])}, and ready said ${String(ready?.line.entity_id)}`);
  } catch (error) {
    throw error instanceof Missing ? error : new Missing((error as Error).message);
  }
  return `${String(result.body.length)} octets`;
}

/** Resolves when `condition` holds, or after the longest that a birth may take. */
async function soon(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline && !(await condition().catch(() => true)))
    await new Promise((resolve) => setTimeout(resolve, 20));
}
