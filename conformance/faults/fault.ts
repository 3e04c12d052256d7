/**
 * A fault: the reference with one thing wrong. A fault names exports of reference modules and gives, for
 * each, what stands in its place; the loader (load.ts) puts it there when the process starts, so production
 * code has no switches and nothing of the kit imports the reference.
 */
import type { SceneName } from '../world/scenes/index.ts';

export interface Tools {
  /** Says that the wrong thing was done. A fault that never fires proves nothing and is an error. */
  fired(): void;
  /** Another module of the project, by its path from the root, as it is (not replaced). */
  module<Exports>(path: string): Promise<Exports>;
}

/** Gives the replacement of an export; `original` is the export as it is. */
export type Override<Export = never> = (original: Export, tools: Tools) => unknown;

export interface Fault {
  /** Name of the file, without ending. */
  readonly id: string;
  /** The requirement that is broken, and that the kit has to report. */
  readonly requirement: string;
  /** The service or client that it is loaded into, where that is no D-TA. The files that it replaces do not tell: most are of both. */
  readonly role?: 'idp' | 'relay' | 'pat';
  /** What is wrong, in a sentence. */
  readonly breaks: string;
  /** Other requirements that this cannot help breaking, each with the reason; at most three. */
  readonly also?: readonly { readonly requirement: string; readonly reason: string }[];
  /**
   * Scenes in which it shows, where that is not in an ordinary life and its requirement is judged in every scene: it is looked
   * for in an ordinary life and in these. All scenes cost as much as ten ordinary lives.
   */
  readonly shows?: readonly SceneName[];
  /** Module path from the root → name of an export → its replacement. */
  readonly replaces: Readonly<Record<string, Readonly<Record<string, Override>>>>;
}
