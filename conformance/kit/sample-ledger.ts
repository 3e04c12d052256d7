/** Requirements, checks and a target made up for tests of the kit. */
import type { Check, Suite } from './check.ts';
import type { Ledger, Requirement } from './ledger.ts';
import type { Target } from './manifest.ts';

export function requirement(id: string, over: Partial<Requirement> = {}): Requirement {
  return {
    id,
    level: 'MUST',
    side: 'writer',
    roles: ['dta'],
    profile: 'identity',
    chapter: '01-sample',
    sentence: `A sample ${over.level ?? 'MUST'} be as ${id} says.`,
    ...over,
  };
}

export function ledgerWith(...requirements: Requirement[]): Ledger {
  return {
    revision: '0',
    requirements: new Map(requirements.map((each) => [each.id, each])),
    chapters: new Map([['01-sample', '1. Sample']]),
  };
}

/** A check that needs no scene. */
export function checkOf(id: string, run: Check['run'] = () => undefined, over: Partial<Check> = {}): Check {
  const [name = id] = id.split('/');
  return { requirement: name, id, title: `about ${id}`, quote: 'A sample', scenes: [], negative: false, run, ...over };
}

export function suiteOf(...checks: Check[]): Suite {
  return { chapter: '01-sample', checks };
}

export function targetOf(over: Partial<Target['manifest']> = {}): Target {
  return {
    manifest: {
      manifest: 1,
      name: 'sample',
      role: 'dta',
      mode: 'command',
      claims: { profiles: ['identity'], features: [] },
      ...over,
    },
    path: 'sample.target.yaml',
    folder: '.',
    command: ['false'],
  };
}
