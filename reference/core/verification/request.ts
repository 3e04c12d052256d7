/** What a verification is asked with, and what it reaches for: the network and the memory come in as arguments. */
import type { ChainCheckpoint, ChainParameters, HostedStatus } from '../../gen/schemas.ts';
import type { HeaderChain } from '../header-chain.ts';

export interface VerificationRequest {
  /** Where the hosted record is read, or was read when the bundle was saved. */
  readonly url: string;
  /** `entity_id`s that the application expects; none, and the verdict is UNPINNED at the best. */
  readonly pins: readonly string[];
  /** The reader's own chain. */
  readonly parameters: ChainParameters;
  readonly checkpoint: ChainCheckpoint;
  /** The reader's own policy (MDT-CHN-110). */
  readonly confirmations: number;
  /** The reader's clock, seconds since 1970. */
  readonly now: number;
  /** Whether the record comes from a bundle: its place is then the saver's word (MDT-VER-108). */
  readonly bundled: boolean;
}

export interface VerificationPorts {
  /**
   * The octets of the hosted record, at most `MAX_ENVELOPE_OCTETS`.
   * @throws MdtError MDT_SOURCE where nothing came, MDT_DOCUMENT_TOO_LARGE where too much came
   */
  fetch(): Promise<Uint8Array>;
  readonly sources: readonly HeaderSource[];
  readonly memory: Memory;
  /** Where the canary is asked for (spec 9.3). */
  readonly canary?: CanaryPort;
}

/** Where STATUSes come from, and what is known of them from before. */
export interface CanaryPort {
  /**
   * The envelopes of the STATUSes from a number on to the newest, or the newest alone where it is an earlier one.
   * @param url `services.status` of the record in force
   * @throws MdtError where none came, or too many
   */
  fetch(url: string, from: number): Promise<readonly Uint8Array[]>;
  /** All that was believed before, those that contradict one another too. */
  known(entityId: string): readonly HostedStatus[];
  remember(entityId: string, believed: readonly HostedStatus[]): void;
}

/** Somebody who has headers. Several are better than one: they are compared by work. */
export interface HeaderSource {
  /** As the verdict names it. */
  readonly name: string;
  /**
   * Adds to `chain` what the source has and the chain has not.
   * @throws MdtError MDT_SOURCE where it does not answer, or a code of MDT-CHN-101 to -107
   */
  update(chain: HeaderChain, now: number): Promise<void>;
  /**
   * Adds to `chain` the headers from a height on up to the reader's checkpoint.
   * @throws MdtError as `update`
   */
  earlier?(chain: HeaderChain, from: number): Promise<void>;
  /** Headers of the reader's own from an earlier run: nobody answers, and nobody is named for them. */
  readonly remembered?: boolean;
}

/** The newest record of an entity that was verified (spec 7.2). */
export interface KnownEntity {
  readonly entity_id: string;
  /** Of the record in force. */
  readonly digest: string;
  /** Its `keys.anchor`. */
  readonly key: string;
  readonly url: string;
  /** txid of the newest link that was as deep as MDT-CHN-110 asks. */
  readonly tip: string;
}

export interface Memory {
  /** What is known of an entity. */
  recall(entityId: string): KnownEntity | undefined;
  remember(entity: KnownEntity): void;
}
