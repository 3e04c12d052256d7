/** Writes the reports of a run beside its event stream. */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Report, RunEvent } from '../../reference/gen/schemas.ts';
import type { Ledger } from '../kit/ledger.ts';
import { notWritten } from '../kit/report-folder.ts';
import { renderHtml } from './html.ts';
import { renderJunit } from './junit.ts';
import { summarise } from './summarise.ts';

export interface WrittenReports {
  report: Report;
  json: string;
  junit: string;
  html: string;
}

/**
 * Renders `events` into `folder`: report.json, junit.xml, report.html. Gives their paths and what the first holds.
 * @throws KitError MDT_KIT_USAGE, field --report, for what came in the way of one after the folder was opened
 */
export function writeReports(folder: string, events: readonly RunEvent[], ledger: Ledger): WrittenReports {
  const report = summarise(events, ledger);
  const json = join(folder, 'report.json');
  const junit = join(folder, 'junit.xml');
  const html = join(folder, 'report.html');
  replace(json, `${JSON.stringify(report, null, 2)}\n`);
  replace(junit, renderJunit(report));
  replace(html, renderHtml({ report, events, chapters: ledger.chapters }));
  return { report, json, junit, html };
}

/** In one step: whoever reads the file meanwhile sees the old one or the new one, whole. */
function replace(path: string, text: string): void {
  const part = `${path}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(part, text);
    renameSync(part, path);
  } catch (cause) {
    if (statSync(part, { throwIfNoEntry: false })?.isFile() === true) rmSync(part);
    throw notWritten(path, cause);
  }
}
