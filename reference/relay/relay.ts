/** What a relay has beside being an entity (spec 11): the anchors of the chain, and registrations. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import { DEFAULT_FEE_SAT_VB } from '../chain/anchor-cost.ts';
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import type { ChainTip } from '../chain/chain-backend.ts';
import type { Lacking, RoleParts, RoleWork } from '../entity/role.ts';
import type { EntitySecrets } from '../entity/secrets.ts';
import type { GrpcService } from '../runtime/grpc-host.ts';
import { AnchorAnswers } from './anchor-answers.ts';
import { AnchorIndex } from './anchor-index.ts';
import { BatchTrees } from './batch-tree.ts';
import { Calls, type CallOptions } from './calls.ts';
import { HeaderAnswers } from './header-answers.ts';
import { NodeAnswers } from './node-answers.ts';
import { NodeLink } from './node-link.ts';
import { PageTokens } from './page-token.ts';
import { Proofs } from './proofs.ts';
import { Purse } from './purse.ts';
import { Registrar } from './registrar.ts';
import { RegistrationAnswers } from './registration-answers.ts';
import { RegistrationBook } from './registration-book.ts';
import { RegistrationStore } from './registration-store.ts';
import { relayService } from './relay-service.ts';
import { Turns } from './turns.ts';

export interface RelayParts extends Omit<RoleParts, 'secrets' | 'served' | 'enter'> {
  readonly secrets: Pick<EntitySecrets, 'coin'>;
  readonly served: () => unknown;
  readonly calls?: CallOptions;
}

/** The most headers, anchors and outputs in one answer. */
const MAX_RESULTS = 1_000;
const FOLDER = 'relay';

export class Relay implements RoleWork {
  readonly service: GrpcService;
  readonly #link: NodeLink;
  readonly #index: AnchorIndex;
  readonly #store: RegistrationStore;
  readonly #book: RegistrationBook;
  readonly #purse: Purse;
  readonly #registrar: Registrar;

  /**
   * Opens what is kept; there is no node yet.
   * @throws MdtError MDT_STATE where it is damaged
   */
  static open(parts: RelayParts): Relay {
    const folder = parts.directory.folder(FOLDER);
    const registrations = join(folder, 'registrations.sqlite');
    const older = existsSync(registrations);
    const index = new AnchorIndex(join(folder, 'anchors.sqlite'), parts.launch.configuration.chain.checkpoint);
    try {
      return new Relay(parts, index, new RegistrationStore(registrations), older);
    } catch (error) {
      index.store.close();
      throw error;
    }
  }

  private constructor(parts: RelayParts, index: AnchorIndex, store: RegistrationStore, older: boolean) {
    const { launch, clock, log } = parts;
    const coinKey = hexToBytes(parts.secrets.coin ?? '');
    const { genesis, fee_sat_vb: feeSatVb = DEFAULT_FEE_SAT_VB } = launch.configuration.chain;
    this.#index = index;
    this.#store = store;
    this.#book = new RegistrationBook(store, clock);
    this.#purse = new Purse({ coinKey, addressPrefix: launch.network.addressPrefix, feeSatVb });
    const trees = new BatchTrees(store);
    this.#registrar = new Registrar({ store, index, trees, purse: this.#purse, log, older });
    const turns = new Turns();
    const link = (this.#link = new NodeLink(turns));
    const proofs = new Proofs(index, launch.network.name);
    const shared = { index, link, proofs, maxResults: MAX_RESULTS };
    this.service = relayService(new Calls(parts.served, parts.onFault, { turns, ...parts.calls }), {
      terms: () => ({ genesis: Buffer.from(genesis, 'hex'), indexedFrom: index.indexedFrom, maxResults: MAX_RESULTS }),
      headers: new HeaderAnswers(index, link, MAX_RESULTS),
      anchors: new AnchorAnswers({ ...shared, pages: new PageTokens(coinKey) }),
      node: new NodeAnswers(shared),
      registrations: new RegistrationAnswers({ ...shared, book: this.#book, trees, genesis }),
    });
  }

  /** From now on there is a node. */
  connect(node: BitcoinNode): void {
    this.#link.connect(node);
  }

  /** Does what is due: called in turns, at every block and every beat, with the tip as the caller knows it. */
  async atTip(tip: ChainTip): Promise<void> {
    const { node } = this.#link;
    // Between a beat and its turn a block may have come, and what was the tip then is not to be gone back to.
    const newest = this.#index.isAt(tip) ? tip : await node.tip();
    const { connected } = await this.#index.advance(node, newest);
    if (!this.#index.isCurrent) return;
    if (connected > 0) this.#book.forgetOldKeys();
    await this.#registrar.round(node, connected > 0);
  }

  /** Coin that registrations lack, as far as was looked. */
  lacks(): Lacking | undefined {
    return this.#purse.lack;
  }

  close(): void {
    this.#index.store.close();
    this.#store.close();
  }
}
