/** What a target was sent in a scene: how it was launched, control lines and requests, in their order. */
import type { RecordedRun } from './recorded-run.ts';
import { withoutVolatile } from './volatile.ts';

/** By scene. What is sent again and again until it is answered otherwise stands once. */
export type Stimuli = ReadonlyMap<string, readonly string[]>;

export function stimuliOf({ events }: Pick<RecordedRun, 'events'>): Stimuli {
  const found = new Map<string, string[]>();
  for (const event of events) {
    const sent = event.type === 'exchange' ? event.request : event.type === 'target_line' ? toTarget(event) : undefined;
    if (sent === undefined || !('scene' in event)) continue;
    const its = found.get(event.scene) ?? [];
    found.set(event.scene, its);
    const text = withoutVolatile(sent);
    if (its.at(-1) !== text) its.push(text);
  }
  return found;
}

function toTarget({ stream, text }: { stream: string; text: string }): string | undefined {
  return stream === 'stdin' ? text : undefined;
}

export interface SceneComparison {
  readonly scene: string;
  /** How many different stimuli both runs sent. */
  readonly same: number;
  /** Whether both sent the same ones and not in the same order, as happens to what is asked at once. */
  readonly reordered: boolean;
  /** What one run sent and the other did not. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

/** Scenes that both runs staged. */
export function compareStimuli(before: Stimuli, after: Stimuli): SceneComparison[] {
  return [...before].flatMap(([scene, sent]) => {
    const again = after.get(scene);
    return again ? [compared(scene, sent, again)] : [];
  });
}

function compared(scene: string, sent: readonly string[], again: readonly string[]): SceneComparison {
  const [were, are] = [new Set(sent), new Set(again)];
  const missing = [...were].filter((one) => !are.has(one));
  const added = [...are].filter((one) => !were.has(one));
  const reordered = missing.length + added.length === 0 && sent.join('\0') !== again.join('\0');
  return { scene, same: were.size - missing.length, reordered, missing, added };
}
