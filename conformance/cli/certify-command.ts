/** `certify`: judge an implementation and leave a report. */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { EventStream } from '../kit/events.ts';
import { EXIT, KitError } from '../kit/kit-error.ts';
import { loadLedger, type Ledger } from '../kit/ledger.ts';
import { loadTarget } from '../kit/manifest.ts';
import { PROJECT } from '../kit/project.ts';
import { certify, interrupt } from '../kit/run.ts';
import type { RunOptions } from '../kit/run-options.ts';
import { TerminalReport } from '../report/terminal.ts';
import { writeReports } from '../report/write.ts';
import { addChainOptions, chainOptions, type ChainChoice } from './chain-choice.ts';
import type { CommandMaker } from './command.ts';
import { referencePath } from './reference-process.ts';

interface Options extends ChainChoice {
  readonly only?: string[];
  readonly profile?: string[];
  readonly report: string;
  readonly seed?: string;
  readonly parallel?: number;
  readonly allowKnownFailing?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  $ milagro-trust certify                                the reference
  $ milagro-trust certify my-dta.target.yaml             your implementation
  $ milagro-trust certify --only MDT-HST my-dta.target.yaml
  $ milagro-trust certify --chain process --bitcoind ~/bitcoin/bin/bitcoind
  $ milagro-trust certify --json --quiet > report.json

The report folder gets report.html, report.json, junit.xml and events.jsonl.`;

export const certifyCommand: CommandMaker = (setStatus) =>
  addChainOptions(
    new Command('certify')
      .description('certify an implementation against a regtest bitcoind')
      .argument('[target]', 'target manifest (default: the reference)'),
  )
    .option('--only <id...>', 'requirements, areas (MDT-HST) or checks (MDT-HST-001/record)')
    .option('--profile <name...>', 'only these of the profiles that the target claims')
    .option('--report <folder>', 'where the report goes', 'out/report')
    .option('--seed <text>', 'the same seed gives the same stimuli (default: random)', parseSeed)
    .option('--parallel <n>', 'scenes at a time', parseParallel)
    .option('--allow-known-failing', 'exit 0 if nothing fails but what the manifest lists as known to')
    .option('--json', 'print report.json on standard output, progress on standard error')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (target: string | undefined, options: Options) => setStatus(await run(target, options)));

async function run(path: string | undefined, options: Options): Promise<number> {
  const target = loadTarget(path ?? referencePath());
  const ledger = loadLedger(join(PROJECT, 'spec'));
  const folder = resolve(options.report);
  const events = openEvents(folder);
  const terminal = new TerminalReport({
    stream: options.json ? process.stderr : process.stdout,
    chapters: ledger.chapters,
  });
  if (!options.quiet) events.onEvent((event) => terminal.onEvent(event));
  const runOptions: RunOptions = {
    target,
    seed: options.seed ?? randomBytes(8).toString('hex'),
    events,
    ...(options.only && { only: options.only }),
    ...(options.profile && { profiles: options.profile }),
    ...(options.parallel !== undefined && { parallel: options.parallel }),
    allowKnownFailing: options.allowKnownFailing ?? false,
    chain: chainOptions(options, (text) => options.quiet !== true && terminal.note(text)),
  };
  const end = (): void => report({ folder, events, ledger, terminal, options });
  const ignoreSignals = onSignals(() => {
    try {
      interrupt(runOptions);
      end();
    } finally {
      process.exit(EXIT.interrupted); // 'exit' ends node and targets
    }
  });
  const { exit } = await certify(runOptions);
  ignoreSignals();
  end();
  return exit;
}

interface Ending {
  readonly folder: string;
  readonly events: EventStream;
  readonly ledger: Ledger;
  readonly terminal: TerminalReport;
  readonly options: Options;
}

function report({ folder, events, ledger, terminal, options }: Ending): void {
  events.close();
  const { report, html } = writeReports(folder, events.events, ledger);
  if (!options.quiet) terminal.finish(report, html);
  if (options.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
}

/** Has `end` called once, by the first signal that asks the run to stop; the function given back takes that off. */
function onSignals(end: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

function parseSeed(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('A seed is not empty.');
  return text;
}

function parseParallel(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('It is a number from 1 to 99.');
  return Number(text);
}

function openEvents(folder: string): EventStream {
  try {
    return new EventStream(folder);
  } catch (cause) {
    const what = `${folder} cannot be written to: ${(cause as Error).message}`;
    throw new KitError('MDT_KIT_USAGE', what, { field: '--report', cause });
  }
}
