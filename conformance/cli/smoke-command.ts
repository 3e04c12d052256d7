/** `smoke`: is a harness wired right? In seconds, step by step. */
import { Command } from 'commander';
import { EXIT, KitError } from '../kit/kit-error.ts';
import { loadTarget } from '../kit/manifest.ts';
import { smoke, type Step } from '../kit/smoke.ts';
import { visible } from '../report/visible.ts';
import { addChainOptions, chainOptions, type ChainChoice } from './chain-choice.ts';
import type { CommandMaker } from './command.ts';
import { referencePath } from './reference-process.ts';

interface Options extends ChainChoice {
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ milagro-trust smoke my-dta.target.yaml
  $ milagro-trust smoke my-dta.target.yaml --chain kept      on the node of \`milagro-trust devnet\`

It certifies nothing. Exit status: 0 all steps were taken, 1 one was not, 3 no chain.`;

export const smokeCommand: CommandMaker = (setStatus) =>
  addChainOptions(
    new Command('smoke')
      .description('see in seconds whether a harness is wired right')
      .argument('[target]', 'target manifest (default: the reference)'),
  )
    .option('--json', 'machine-readable')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, options: Options) => {
      const target = loadTarget(path ?? referencePath());
      expectStarted(target.manifest.mode);
      const chain = chainOptions(options, (text) => process.stderr.write(`${text}\n`));
      const steps = await smoke({ target, chain, ...(options.json !== true && { onStep: print }) });
      const ok = steps.every((step) => step.ok);
      setStatus(ok ? EXIT.certified : EXIT.failed);
      if (options.json) process.stdout.write(`${JSON.stringify({ ok, steps }, undefined, 2)}\n`);
      else process.stdout.write(ok ? '\nIt is wired right. Now: milagro-trust certify\n' : '');
    });

/** @throws KitError MDT_KIT_USAGE for a target that is not started as a service is */
function expectStarted(mode: string): void {
  if (mode === 'command' || mode === 'image') return;
  const why = mode === 'pat' ? 'a client has no birth to look at' : 'a service that runs already is not started';
  throw new KitError('MDT_KIT_USAGE', `${why}: milagro-trust certify looks at it at once`, { field: 'mode' });
}

function print({ name, ok, ms, detail, requirement }: Step): void {
  process.stdout.write(`${ok ? '✓' : '✗'} ${name} (${String(ms)} ms)  ${ok ? visible(detail) : ''}\n`);
  if (ok) return;
  const told = detail.split('\n').map((line) => `    ${visible(line)}\n`);
  process.stdout.write(`${told.join('')}  → milagro-trust explain ${requirement}\n`);
}
