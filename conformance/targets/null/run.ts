/**
 * `make null-targets`: programs that implement nothing go through the whole kit. None may hang or kill it, and
 * none may score a pass but the few that say nothing against a program that does nothing, listed here with the
 * reason. Writes `out/null-targets.json`; exit 0 only if no null target passed more than it is allowed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EventStream } from '../../kit/events.ts';
import type { Target } from '../../kit/manifest.ts';
import { PROJECT } from '../../kit/project.ts';
import { certify } from '../../kit/run.ts';

interface NullResult {
  id: string;
  /** How many checks it passed, and how many of them it may. */
  passed: number;
  allowed: number;
  ms: number;
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
  const allowed = passed.filter((check) => check in VACUOUS).length;
  return { id, passed: passed.length, allowed, ms: Math.round(performance.now() - began), checks: passed };
}

function isGood({ passed, allowed }: NullResult): boolean {
  return passed === allowed;
}

const queue = NULL_TARGETS.filter((id) => process.argv.length <= 2 || process.argv.slice(2).includes(id));
const results: NullResult[] = [];
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const worker = async (): Promise<void> => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const result = await runNull(id);
      results.push(result);
      const undue = result.checks.filter((check) => !(check in VACUOUS));
      process.stdout.write(
        `${isGood(result) ? 'ok     ' : 'FAILED '} ${id.padEnd(12)} ${String(result.ms)} ms${undue.map((check) => `  ${check}`).join('')}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  results.sort((a, b) => a.id.localeCompare(b.id));
  mkdirSync(join(PROJECT, 'out'), { recursive: true });
  writeFileSync(join(PROJECT, 'out/null-targets.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  const good = results.filter(isGood).length;
  process.stdout.write(`${String(good)} passed, ${String(results.length - good)} failed, 0 skipped\n`);
  process.exit(results.length > 0 && good === results.length ? 0 : 1);
}
