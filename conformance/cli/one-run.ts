/** One run from its first event to its reports, on this terminal, and to its end by a signal. */
import { join, resolve } from 'node:path';
import { EventStream } from '../kit/events.ts';
import { EXIT, type ExitStatus } from '../kit/kit-error.ts';
import { loadLedger, type Ledger } from '../kit/ledger.ts';
import { PROJECT } from '../kit/project.ts';
import { certify, interrupt } from '../kit/run.ts';
import type { RunOptions } from '../kit/run-options.ts';
import { TerminalReport } from '../report/terminal.ts';
import { visible } from '../report/visible.ts';
import { writeReports } from '../report/write.ts';
import { onSignals } from './signals.ts';

/** How a run is shown. */
export interface Showing {
  /** Where the reports go. */
  readonly report: string;
  /** Whether `report.json` goes to standard output, and progress to standard error. */
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What is run; `note` tells of what takes long. */
export type RunMaker = (note: (text: string) => void) => Omit<RunOptions, 'events'>;

/** @throws KitError what is wrong before anything is started */
export async function oneRun(showing: Showing, make: RunMaker): Promise<ExitStatus> {
  const ledger = loadLedger(join(PROJECT, 'spec'));
  const folder = resolve(showing.report);
  const events = new EventStream(folder);
  const terminal = new TerminalReport({
    stream: showing.json ? process.stderr : process.stdout,
    chapters: ledger.chapters,
  });
  if (!showing.quiet) events.onEvent((event) => terminal.onEvent(event));
  const options = { ...make((text) => void (showing.quiet === true || terminal.note(text))), events };
  const end = (): void => report({ folder, events, ledger, terminal, showing });
  const ignoreSignals = onSignals(() => {
    try {
      interrupt(options);
      end();
    } finally {
      process.exit(EXIT.interrupted); // 'exit' ends node and targets
    }
  });
  try {
    const { exit } = await certify(options);
    end();
    if (exit === EXIT.infrastructure && showing.quiet === true && showing.json !== true) tellReason(events);
    return exit;
  } finally {
    ignoreSignals();
    events.close();
  }
}

/** Why there is no verdict, for who asked for nothing else. */
function tellReason({ events }: EventStream): void {
  const last = events.at(-1);
  if (last?.type === 'run_finished' && last.reason !== undefined) process.stderr.write(`${visible(last.reason)}\n`);
}

interface Ending {
  readonly folder: string;
  readonly events: EventStream;
  readonly ledger: Ledger;
  readonly terminal: TerminalReport;
  readonly showing: Showing;
}

function report({ folder, events, ledger, terminal, showing }: Ending): void {
  events.close();
  const { report, html } = writeReports(folder, events.events, ledger);
  if (!showing.quiet) terminal.finish(report, html);
  if (showing.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
}
