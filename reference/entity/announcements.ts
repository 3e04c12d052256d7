/** What an entity says of itself on its output: that it is ready, or what it waits for (spec C.1). */
import { RpcRefusal } from '../chain/rpc-refusal.ts';
import type { ErrorCode, MdtError } from '../core/errors.ts';
import type { ContractOutput } from '../runtime/contract-output.ts';
import { errorCodeOf, errorMessageOf } from '../runtime/error-carrier.ts';
import type { Logger } from '../runtime/log.ts';
import type { Lacking } from './role.ts';
import type { Born, Stage } from './stage.ts';

/** What decides it beside the stage, while the record is served. */
export interface Beside {
  readonly hasStatus: boolean;
  /** Why nothing is entered into the log now. */
  readonly stalled: MdtError | undefined;
}

export class Announcements {
  readonly #output: ContractOutput;
  readonly #log: Logger;
  readonly #onReady: () => { readonly entityId: string; readonly record: string };
  #waiting: ErrorCode | undefined = 'MDT_NOT_READY';
  /** `ready` was said since the record was last not served, or the node not there. */
  #announced = false;
  /** Address at which coin for the work of the role was lacking, where it was. */
  #lackedForWork: string | undefined;
  /** Coin was lacking for what is declared. */
  #lacked = false;

  /** @param onReady called before `ready` is said; gives what is said */
  constructor(
    { output, log }: { readonly output: ContractOutput; readonly log: Logger },
    onReady: () => { readonly entityId: string; readonly record: string },
  ) {
    this.#output = output;
    this.#log = log;
    this.#onReady = onReady;
  }

  /** What is waited for. */
  get waiting(): ErrorCode | undefined {
    return this.#waiting;
  }

  /** From now on `ready` is news again. */
  interrupted(): void {
    this.#announced = false;
  }

  /**
   * The record is served, and that is said first where it was not. Whoever was asked for coin is told `ready` again
   * when what it was for is in force, and not before.
   */
  say({ lacks, declared, stolen, address }: Born, { hasStatus, stalled }: Beside): void {
    if (!hasStatus) return this.wait('MDT_NOT_READY', 'there is no STATUS yet: it is signed off line');
    if (!this.#announced) this.#ready();
    this.#announced = true;
    this.#lacked = lacks !== undefined || (this.#lacked && declared === true);
    if (!this.#lacked) this.#output.enough(address);
    if (stolen) return this.wait('MDT_LINEAGE_BROKEN', 'something else spent what the next anchor would spend');
    if (stalled) return this.wait(stalled.code, stalled.message);
    if (lacks) return this.lack(lacks);
    if (this.#lacked) this.wait('MDT_CONFIRMATIONS', 'what was declared is not deep enough yet');
    else this.#ready();
  }

  /** Coin for what the role does. Nothing waits for it but what it pays for, so this is no `waiting` (spec 11.5). */
  askForWork(lacks: Lacking | undefined): void {
    if (!this.#announced) return;
    if (lacks) this.#output.funding(lacks.address, lacks.missingSat);
    else if (this.#lackedForWork !== undefined) this.#output.enough(this.#lackedForWork);
    this.#lackedForWork = lacks?.address;
  }

  lack(stage: Exclude<Stage, Born>): void {
    if (stage.at === 'waiting') return this.wait('MDT_CONFIRMATIONS', stage.detail);
    this.#output.funding(stage.address, stage.missingSat);
    this.wait('MDT_UNFUNDED', `${stage.missingSat} sat to ${stage.address}`);
  }

  /** What failed, and is tried again. A refusal of the node that nobody expects means that it cannot be used now. */
  failed(error: unknown): void {
    if (error instanceof RpcRefusal) this.wait('MDT_CHAIN_UNAVAILABLE', `${error.method} is refused (${error.code})`);
    else this.wait(errorCodeOf(error), errorMessageOf(error));
  }

  wait(code: ErrorCode, detail: string): void {
    this.#waiting = code;
    if (this.#output.waiting(code, detail)) this.#log.warn({ code, detail }, 'waiting');
  }

  #ready(): void {
    this.#waiting = undefined;
    const { entityId, record } = this.#onReady();
    if (this.#output.ready(entityId, record)) this.#log.info({ entity_id: entityId, record }, 'ready');
  }
}
