/** Coin that a relay asks for beside that of its lineage: for registrations, at any time (C.1, 11.5). */
import type { Life } from '../../kit/life.ts';
import { isFunding, type Subject } from '../subject.ts';

const LOOK_EVERY_MS = 100;

/** Pays every funding event of a life but the first `paid`, until the life is over. */
export function payAll(subject: Subject, life: Life, paid: number): void {
  let count = paid;
  const timer = setInterval(() => {
    if (life.exit) return clearInterval(timer);
    const next = life.lines.map(({ line }) => line).filter(isFunding)[count];
    if (!next) return;
    count++;
    void subject.pay(next).catch(() => undefined); // the scene is over, or the node is away
  }, LOOK_EVERY_MS);
  timer.unref();
}
