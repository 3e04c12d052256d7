/**
 * `make null-targets`: programs that implement nothing go through the whole kit. None may hang or kill it, and
 * none may score a pass but the few that say nothing against a program that does nothing, listed here with the
 * reason. Writes `out/null-targets.json`; exit 0 only if no null target passed more than it is allowed.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EventStream } from '../../kit/events.ts';
import type { Target } from '../../kit/manifest.ts';
import { certify } from '../../kit/run.ts';
import { lookAtAll, type Looked } from '../look-at-all.ts';

interface NullResult extends Looked {
  /** How many checks it passed, and how many of them it may. */
  passed: number;
  allowed: number;
  /** IDs of the checks that it passed. */
  checks: string[];
}

/** Checks that a program may pass without implementing anything, and why. At most three in all. */
const VACUOUS: Readonly<Record<string, string>> = {
  'MDT-TGT-001/listening': 'saying that one listens is all that the requirement asks; that one does is MDT-TGT-009',
  'MDT-TGT-007/bad-launch':
    'reading a configuration and refusing a bad one needs nothing of a D-TA, and is really done',
};

/** Those that the kit has to wait for longest come first. */
const NULL_TARGETS: readonly string[] = [
  ...['slow', 'random', 'reject', 'liar', 'accept', 'hang', 'flood', 'crash-midway', 'echo', 'crash'],
];
/** They keep the kit waiting more than working. */
const SIDE_BY_SIDE = 5;

function nullTarget(id: string): Target {
  return {
    manifest: {
      manifest: 1,
      name: `null-${id}`,
      role: 'dta',
      mode: 'command',
      command: ['$NODE', `${id}.ts`],
      claims: { profiles: ['identity'], features: ['clock', 'import_secrets', 'successor', 'retire'] },
    },
    path: id,
    folder: import.meta.dirname,
    command: [process.execPath, join(import.meta.dirname, `${id}.ts`)],
  };
}

async function runNull(id: string): Promise<NullResult> {
  const began = performance.now();
  const { checks } = await certify({
    target: nullTarget(id),
    seed: `null ${id}`,
    events: new EventStream(),
    chain: {},
  });
  const passed = checks.filter(({ outcome }) => outcome === 'pass').map((check) => check.id);
  const undue = passed.filter((check) => !(check in VACUOUS));
  return {
    id,
    passed: passed.length,
    allowed: passed.length - undue.length,
    ms: Math.round(performance.now() - began),
    checks: passed,
    problems: undue.map((check) => `passed ${check}`),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const ids = NULL_TARGETS.filter((id) => wanted.length === 0 || wanted.includes(id));
  process.exit(await lookAtAll([{ ids, sideBySide: SIDE_BY_SIDE }], runNull, { file: 'null-targets.json' }));
}
