/** `doctor`: what this machine lacks for a run, and the command that brings it. */
import { Command } from 'commander';
import { examine, hasToFetch, isReady } from '../chain/doctor.ts';
import { EXIT } from '../kit/kit-error.ts';
import type { CommandMaker } from './command.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust doctor
  $ milagro-trust doctor --json

One way to a bitcoind is enough. Exit status: 0 a certification can run here, 3 it cannot.`;

export const doctorCommand: CommandMaker = (setStatus) =>
  new Command('doctor')
    .description('say what this machine lacks for a run')
    .option('--json', 'machine-readable')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examine();
      const ready = isReady(findings);
      setStatus(ready ? EXIT.certified : EXIT.infrastructure);
      if (json) {
        process.stdout.write(`${JSON.stringify({ ready, findings }, undefined, 2)}\n`);
        return;
      }
      for (const { id, ok, what, fix } of findings) {
        process.stdout.write(`${ok ? '✓' : '·'} ${id.padEnd(15)} ${what}\n`);
        if (!ok && fix !== undefined) process.stdout.write(`  ${' '.repeat(15)} → ${fix}\n`);
      }
      process.stdout.write(
        ready
          ? `\nA certification can run here${hasToFetch(findings) ? ', if its first run can fetch a bitcoind' : ''}.\n`
          : '\nA certification cannot run here yet: one way to a bitcoind is needed.\n',
      );
    });
