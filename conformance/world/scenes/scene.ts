/**
 * A scene is a stretch of a target's life that the kit stages once and many checks look at. It never
 * judges: where the target does not do what the scene needs, the scene ends early and leaves out what it
 * could not see, and the checks say what that means.
 */
import type { World } from '../world.ts';
import type { Subject } from '../subject.ts';

export interface Scene<Seen> {
  readonly title: string;
  play(world: World, name: string): Promise<Seen>;
}

/** Stages a scene on a subject of its own, which is gone afterwards whatever happens. */
export async function onStage<Seen>(subject: Subject, play: (subject: Subject) => Promise<Seen>): Promise<Seen> {
  try {
    return await play(subject);
  } finally {
    await subject.dispose();
  }
}
