/**
 * `make spec`: checks the prose and writes out/spec/index.html and out/spec/ledger.json. `--check` writes
 * nothing; `--write-examples` brings the examples of the chapters up to date first. Faults end with status 1.
 * `--diff <revision> [--json]` only prints what has changed since a frozen revision; `--freeze` only writes the
 * requirements of today to spec/revisions/, when the revision is closed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRevision, REVISIONS } from '../../conformance/kit/frozen.ts';
import { loadLedger } from '../../conformance/kit/ledger.ts';
import { PROJECT } from '../../conformance/kit/project.ts';
import { loadChapters, withExamples } from './chapters.ts';
import { checkSpec } from './check.ts';
import { EXAMPLES } from './examples.ts';
import { renderPage } from './page.ts';
import { describeDiff, diffRevisions, freeze } from './revisions.ts';

async function main(options: readonly string[]): Promise<number> {
  const since = options.indexOf('--diff');
  if (since !== -1) return printDiff(options[since + 1] ?? '', options.includes('--json'));
  if (options.includes('--freeze')) return writeRevision();
  if (options.includes('--write-examples')) writeExamples();
  const chapters = loadChapters();
  const faults = await checkSpec(chapters);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) return 1;
  const ledger = loadLedger(join(PROJECT, 'spec'));
  if (!options.includes('--check')) {
    const folder = join(PROJECT, 'out/spec');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.html'), renderPage(chapters, ledger));
    const requirements = [...ledger.requirements.values()];
    writeFileSync(
      join(folder, 'ledger.json'),
      `${JSON.stringify({ revision: ledger.revision, requirements }, null, 2)}\n`,
    );
  }
  console.log(
    `${String(ledger.requirements.size)} requirements, ${String(Object.keys(EXAMPLES).length)} examples, all checked`,
  );
  return 0;
}

function printDiff(name: string, asJson: boolean): number {
  try {
    const diff = diffRevisions(readRevision(name), freeze(loadLedger(join(PROJECT, 'spec'))));
    console.log(asJson ? JSON.stringify(diff, null, 2) : describeDiff(diff));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

function writeRevision(): number {
  const frozen = freeze(loadLedger(join(PROJECT, 'spec')));
  writeFileSync(join(REVISIONS, `${frozen.revision}.json`), `${JSON.stringify(frozen, null, 2)}\n`);
  return 0;
}

function writeExamples(): void {
  for (const chapter of loadChapters()) {
    const text = withExamples(chapter, (example) => EXAMPLES[example]?.text ?? '');
    if (text !== chapter.text) writeFileSync(join(PROJECT, 'spec', chapter.file), text);
  }
}

process.exitCode = await main(process.argv.slice(2));
