/**
 * Every check quotes the sentence it judges. Where the prose no longer holds those words the check may
 * judge something that is no longer asked, so the kit refuses to run until somebody has looked.
 */
import type { Suite } from './check.ts';
import { KitError } from './kit-error.ts';
import type { Ledger } from './ledger.ts';

/** @throws KitError MDT_KIT_LEDGER */
export function checkQuotes(suites: readonly Suite[], ledger: Ledger): void {
  const seen = new Set<string>();
  for (const { checks } of suites) {
    for (const { id, requirement, quote } of checks) {
      const sentence = ledger.requirements.get(requirement)?.sentence;
      if (sentence === undefined)
        throw new KitError('MDT_KIT_LEDGER', `check ${id}: the specification has no ${requirement}`);
      if (!sentence.includes(quote))
        throw new KitError('MDT_KIT_LEDGER', `check ${id} quotes “${quote}”, but ${requirement} says: ${sentence}`);
      if (seen.has(id)) throw new KitError('MDT_KIT_LEDGER', `two checks are called ${id}`);
      seen.add(id);
    }
  }
}
