/**
 * `make spec`: checks the prose and writes out/spec/index.html and out/spec/ledger.json. `--check` writes
 * nothing; `--write-examples` brings the examples of the chapters up to date first. Faults end with status 1.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadLedger } from '../../conformance/kit/ledger.ts';
import { PROJECT } from '../../conformance/kit/project.ts';
import { loadChapters, withExamples } from './chapters.ts';
import { checkSpec } from './check.ts';
import { EXAMPLES } from './examples.ts';
import { renderPage } from './page.ts';

async function main(options: readonly string[]): Promise<number> {
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

function writeExamples(): void {
  for (const chapter of loadChapters()) {
    const text = withExamples(chapter, (example) => EXAMPLES[example]?.text ?? '');
    if (text !== chapter.text) writeFileSync(join(PROJECT, 'spec', chapter.file), text);
  }
}

process.exitCode = await main(process.argv.slice(2));
