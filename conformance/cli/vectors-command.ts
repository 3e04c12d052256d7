/** `vectors verify`: run the test vectors through the kit's oracle. */
import { Command } from 'commander';
import { EXIT } from '../kit/kit-error.ts';
import { verifyVectors, type VectorResult } from '../kit/vectors.ts';
import type { CommandMaker } from './command.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust vectors verify
  $ milagro-trust vectors verify --json ./my-vectors

Exit status: 0 every vector came out as it says, 1 some did not.`;

export const vectorsCommand: CommandMaker = (setStatus) => {
  const verify = new Command('verify')
    .description('check every vector with the oracle')
    .argument('[folder]', 'folder of vector files (default: those of the specification)')
    .option('--json', 'machine-readable')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string | undefined, { json }: { json?: boolean }) => {
      const results = await verifyVectors(folder);
      setStatus(results.every(({ passed }) => passed) ? EXIT.certified : EXIT.failed);
      process.stdout.write(json ? `${JSON.stringify(results, undefined, 2)}\n` : table(results));
    });
  return new Command('vectors').description('work with the test vectors').addCommand(verify);
};

function table(results: readonly VectorResult[]): string {
  const wrong = results.filter(({ passed }) => !passed);
  const lines = wrong.map(
    ({ file, tcId, comment, expected, got }) =>
      `✗ ${file} ${String(tcId)} ${comment}: expected ${expected}, got ${got}`,
  );
  for (const file of new Set(results.map((result) => result.file))) {
    const its = results.filter((result) => result.file === file);
    const good = its.filter(({ passed }) => passed).length;
    lines.push(`${good === its.length ? '✓' : '✗'} ${file.padEnd(20)} ${String(good)} of ${String(its.length)}`);
  }
  return `${lines.join('\n')}\n`;
}
