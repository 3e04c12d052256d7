/** For tests: a D-TA in its ceremony on a simulated chain. */
import { randomBytes } from 'node:crypto';
import type { ChainBackend } from '../chain/chain-backend.ts';
import type { SignedVersion } from '../chain/lineage/lineage-book.ts';
import { SimulatedNode } from '../chain/simulated-node.ts';
import type { LaunchConfiguration } from '../gen/schemas.ts';
import { Entropy } from '../runtime/entropy.ts';
import { Clock } from '../runtime/clock.ts';
import { Ceremony } from './ceremony.ts';
import type { EntitySecrets } from './secrets.ts';
import type { Born, Stage } from './stage.ts';
import { EntityState } from './state.ts';
import { silentLog, testLaunch, testSecrets } from './test-parts.ts';

/** A D-TA that may die at any call and be started again from what it kept. */
export class Life {
  readonly node: SimulatedNode;
  /** By which it sees that chain; another from the next restart on. */
  backend: ChainBackend;
  readonly secrets: EntitySecrets;
  readonly writes: string[] = [];
  readonly options: Record<string, unknown>;
  chain: Partial<LaunchConfiguration['chain']> = {};
  ceremony: Ceremony;
  state: EntityState;

  constructor(node: SimulatedNode, options: Record<string, unknown> = {}, backend: ChainBackend = node) {
    this.node = node;
    this.backend = backend;
    this.options = options;
    this.secrets = testSecrets();
    this.state = EntityState.create(this.#file(), this.secrets);
    this.ceremony = this.#begin();
  }

  /** As after kill -9: a new process, with the last content of the file, and other access to the chain if that is given. */
  restart(chain: Partial<LaunchConfiguration['chain']> = {}): void {
    this.chain = { ...this.chain, ...chain };
    this.state = EntityState.read(this.#file(), Buffer.from(this.writes.at(-1) ?? ''));
    this.ceremony = this.#begin();
  }

  async untilBorn(): Promise<Born & { birth: SignedVersion }> {
    for (let block = 0; block < 20; block += 1) {
      const stage = await this.ceremony.advance();
      const birth = stage.at === 'born' ? stage.inForce.links[0]?.version : undefined;
      if (stage.at === 'born' && birth) return { ...stage, birth };
      this.node.mine(1);
    }
    throw new Error('not born after 20 blocks');
  }

  /** Every transaction that was signed for a document, in order. */
  versionsOf(document: number): string[] {
    return this.state.versions.flatMap((each) => (each.document === document ? [each.transaction] : []));
  }

  /** Mines blocks, and goes on at each; gives the last stage. */
  async pass(blocks: number): Promise<Stage> {
    let stage: Stage = { at: 'waiting', detail: '' };
    for (let block = 0; block < blocks; block += 1) {
      this.node.mine(1);
      stage = await this.ceremony.advance();
    }
    return stage;
  }

  #file(): { write: (content: Uint8Array) => void } {
    return { write: (content) => void this.writes.push(Buffer.from(content).toString()) };
  }

  #begin(): Ceremony {
    const launch = testLaunch(this.node, undefined, this.options);
    const { configuration } = launch;
    const chain = { ...configuration.chain, ...this.chain };
    return new Ceremony({
      launch: { ...launch, configuration: { ...configuration, chain } },
      node: this.backend,
      state: this.state,
      clock: new Clock(),
      entropy: new Entropy(randomBytes),
      log: silentLog,
      olderKey: true,
    });
  }
}
