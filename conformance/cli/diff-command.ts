/** `diff`: what became better and worse from one run to another. */
import { Command } from 'commander';
import type { RunDiff } from '../../reference/gen/schemas.ts';
import { EXIT } from '../kit/kit-error.ts';
import { compareRuns, isPart } from '../report/compare.ts';
import { readRun } from '../report/recorded-run.ts';
import { oneLine } from '../report/visible.ts';
import type { CommandMaker } from './command.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust diff out/report-1.4.0 out/report-1.5.0
  $ milagro-trust diff main/events.jsonl branch/events.jsonl --json

Broken is what failed, warned or could not be tested and did not before; what was not looked at before or is not now is
new or gone. Of a requirement, the checks count that both runs looked at, and new ones. What a later run was not asked for
(--only, --profile, --shard) is not run, which is neither better nor worse; with --json it is gone without an outcome.
Exit status: 0 nothing became worse; 1 something is broken, new and failing, or passed and is gone from a whole run, or a
certificate is lost; 2 a report cannot be read.`;

const TITLES: Readonly<Record<Exclude<keyof RunDiff['checks'], 'unchanged'>, string>> = {
  broken: '✗ broken',
  mended: '✓ mended',
  changed: '~ otherwise',
  added: '+ new',
  gone: '- gone',
};

export const diffCommand: CommandMaker = (setStatus) =>
  new Command('diff')
    .description('say what became better and worse from one run to another')
    .argument('<before>', 'report folder or events.jsonl of the earlier run')
    .argument('<after>', 'the same of the later run')
    .option('--json', 'machine-readable (schema run-diff)')
    .addHelpText('after', EXAMPLES)
    .action((before: string, after: string, { json }: { json?: boolean }) => {
      const earlier = readRun(before, 'before');
      const later = readRun(after, 'after');
      const diff = compareRuns(earlier, later);
      setStatus(diff.worse ? EXIT.failed : EXIT.certified);
      const text = json ? JSON.stringify(diff, undefined, 2) : lines(diff, isPart(later)).join('\n');
      process.stdout.write(`${text}\n`);
    });

function lines({ differs, requirements, checks, worse }: RunDiff, isPart: boolean): string[] {
  return [
    ...differs.map(({ what, before, after }) => `${what}: ${shown(before)} → ${shown(after)}`),
    ...(differs.length > 0 ? [''] : []),
    ...part('Requirements', requirements, isPart),
    '',
    ...part('Checks', checks, isPart),
    '',
    `${worse ? 'WORSE' : 'NOT WORSE'}${isPart ? ' in what was run' : ''}`,
  ];
}

/** `Checks  2 broken, 1 gone, 240 unchanged`, then each. What a part of a run was not asked for is a number: nothing became of it. */
function part(title: string, all: RunDiff['checks'], isPart: boolean): string[] {
  const gone = all.gone.filter(({ after }) => !isPart || after !== undefined);
  const changes = { ...all, gone };
  const notRun = all.gone.length - gone.length;
  const kinds = Object.entries(TITLES) as [keyof typeof TITLES, string][];
  const counts = kinds.flatMap(([kind, name]) =>
    changes[kind].length === 0 ? [] : [`${String(changes[kind].length)} ${name.slice(2)}`],
  );
  const each = kinds.flatMap(([kind, name]) =>
    changes[kind].map(({ id, before, after }) => {
      const outcomes = [before, after].filter((outcome) => outcome !== undefined).join(' → ');
      return `  ${name.padEnd(11)}  ${oneLine(id, 200)}  ${outcomes}`;
    }),
  );
  const rest = [`${String(changes.unchanged)} unchanged`, ...(notRun > 0 ? [`${String(notRun)} not run`] : [])];
  return [`${title}  ${[...counts, ...rest].join(', ')}`, ...each];
}

function shown(text: string): string {
  return text === '' ? 'none' : oneLine(text, 200);
}
