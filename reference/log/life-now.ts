/** What the log and the canary of an entity have to know of the rest of it, whatever its role. */
import type { BirthRecord, BlockRef } from '../gen/schemas.ts';

/** When a document is written (MDT-DOC-015, -016). */
export interface Moment {
  readonly created: string;
  readonly freshness: BlockRef;
}

/** A block of the entity's own node. */
export interface SeenBlock {
  readonly hash: string;
  /** Median time past, seconds since 1970. */
  readonly medianTime: number;
}

export interface OwnChain {
  /** `undefined` above the tip. */
  blockAt(height: number): Promise<SeenBlock | undefined>;
  /** Median time past of the tip. */
  tipTime(): Promise<number>;
}

/** How the entity stands under a tip, its record being served. */
export interface LifeNow {
  /** 32 octets, hexadecimal. */
  readonly entityId: string;
  /** The record in force, and its digest. */
  readonly record: BirthRecord;
  readonly recordDigest: string;
  /** Secret `keys.anchor` of that record. */
  readonly anchorKey: Uint8Array;
  /** A RETIRE is declared: what is anchored after it is never mined (MDT-LIN-019). */
  readonly ending: boolean;
  /** A RETIRE is in force. */
  readonly retired: boolean;
  /** No anchor of the lineage is unconfirmed, and none is declared. */
  readonly idle: boolean;
  moment(): Promise<Moment>;
  /** The chain up to that tip. */
  readonly chain: OwnChain;
}

/** A payload that the lineage shall carry. */
export interface Heartbeat {
  readonly kind: 'STATUS' | 'ACTIVITY_ROOT';
  /** Hexadecimal. */
  readonly payload: string;
  /** Of a STATUS by which a code triggered: it waits for nothing (MDT-STA-014). */
  readonly tripped?: true;
}

/** Where documents wait for their anchor. */
export interface AnchorQueue {
  readonly documents: readonly { readonly kind: string; readonly payload: string }[];
  enqueue(heartbeat: Heartbeat): void;
}
