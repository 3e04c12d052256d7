/** `merge`: one report of the shards of a run, and its verdict. */
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { EXIT, KitError, type ExitStatus } from '../kit/kit-error.ts';
import { ledgerOfRun } from '../kit/frozen.ts';
import { loadLedger } from '../kit/ledger.ts';
import { PROJECT } from '../kit/project.ts';
import { EVENTS, openReportFolder } from '../kit/report-folder.ts';
import { mergeRuns } from '../report/merge.ts';
import { readRun } from '../report/recorded-run.ts';
import { TerminalReport } from '../report/terminal.ts';
import { writeReports } from '../report/write.ts';
import { SUITES } from '../suites/index.ts';
import type { CommandMaker } from './command.ts';
import type { Showing } from './one-run.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust merge shard-1 shard-2 shard-3
  $ milagro-trust merge shards/* --report out/report --json --quiet > report.json

The shards are those of one run: the same kit, specification, bitcoind, manifest, seed and options, each of 1 to n once.
What does not belong together is refused with status 2. A whole run can be certified. Exit status: that of \`certify\`.`;

export const mergeCommand: CommandMaker = (setStatus) =>
  new Command('merge')
    .description('join the shards of a run into one report')
    .argument('<folders...>', 'report folders of the shards, or their events.jsonl')
    .option('--report <folder>', 'where the report goes', 'out/report')
    .option('--json', 'print report.json on standard output, the verdict on standard error')
    .option('--quiet', 'do not print the verdict')
    .addHelpText('after', EXAMPLES)
    .action((folders: string[], options: Showing) => setStatus(merge(folders, options)));

/** What was merged would take the place of a shard's events, without which nothing can be merged again. */
function refuseOwn(path: string, folders: readonly string[]): void {
  const events = realOf(join(path, EVENTS));
  const own = folders.find((each) => [each, join(each, EVENTS)].some((file) => realOf(file) === events));
  if (events === undefined || own === undefined) return;
  throw new KitError('MDT_KIT_USAGE', `${own} is one of the shards`, { field: '--report' });
}

function realOf(path: string): string | undefined {
  return existsSync(path) ? realpathSync(path) : undefined;
}

function merge(folders: readonly string[], { report: folder, json = false, quiet = false }: Showing): ExitStatus {
  const path = resolve(folder);
  refuseOwn(path, folders);
  const runs = folders.map((each) => readRun(each, 'folders'));
  const today = loadLedger(join(PROJECT, 'spec'));
  const ledger = ledgerOfRun(today, runs[0]?.started.revision ?? today.revision);
  const events = mergeRuns(runs, ledger, SUITES);
  openReportFolder(path);
  writeFileSync(join(path, EVENTS), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const { report, html } = writeReports(path, events, ledger);
  const stream = json ? process.stderr : process.stdout;
  if (!quiet) new TerminalReport({ stream, chapters: ledger.chapters }).finish(report, html);
  if (json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  return events.findLast((event) => event.type === 'run_finished')?.exit ?? EXIT.infrastructure;
}
