/**
 * A scene is a stretch of a target's life that the kit stages once and many checks look at. It never
 * judges: where the target does not do what the scene needs, the scene ends early and leaves out what it
 * could not see, and the checks say what that means.
 */
import type { Leak } from '../../kit/secrets.ts';
import type { KeptFolder } from '../data-folder.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import type { World } from '../world.ts';
import type { Subject } from '../subject.ts';

/** What is looked at in every scene, whatever it is about. */
export interface Watched {
  /** Every life, in order. */
  readonly lives: readonly LifeRecord[];
  /** Planted secrets that were found: in output, in answers, in files. */
  readonly leaks: readonly Leak[];
  /** The data directory whenever it was searched, at last when all lives were over. */
  readonly kept: readonly KeptFolder[];
  /** How often its node was asked for something, with the right credentials. */
  readonly calls: number;
}

/**
 * Says what a scene has seen to the end, before the scene is over: it changes no more. Where nobody needs what would come
 * after it, this throws `Enough`, and the scene ends.
 */
export type Reveal<Seen> = (part: Partial<Seen>) => void;

export interface Scene<Seen> {
  readonly title: string;
  /** Whether it does to its chain what nobody else may suffer from: it is then played on a node of its own. */
  readonly chain?: 'exclusive';
  /** The profile without which there is nothing to see: where it is not claimed the scene is not staged. */
  readonly profile?: 'status' | 'log' | 'idp' | 'relay';
  play(world: World, name: string, reveal: Reveal<Seen>): Promise<Seen & { readonly watched: Watched }>;
  /** The straight way to what most checks look at, without what tempts the target on it or waits for it to fail. */
  brisk?(world: World, name: string, reveal: Reveal<Seen>): Promise<void>;
}

/** Stages a scene on a subject of its own, which is gone afterwards whatever happens. */
export async function onStage<Seen extends object>(
  subject: Subject,
  play: (subject: Subject) => Promise<Seen>,
): Promise<Seen & { readonly watched: Watched }> {
  try {
    const seen = await play(subject);
    await subject.end();
    const { secrets, kept, gateway, lives } = subject;
    return { ...seen, watched: { lives: lives.map(recordOf), leaks: secrets.leaks, kept, calls: gateway.count } };
  } finally {
    await subject.dispose();
  }
}
