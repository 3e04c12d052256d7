/** `list`: the requirements, and the checks that judge them. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { loadLedger, type Requirement } from '../kit/ledger.ts';
import { PROJECT } from '../kit/project.ts';
import { SUITES } from '../suites/index.ts';
import type { CommandMaker } from './command.ts';

interface Options {
  readonly json?: boolean;
  readonly role?: string;
}

const EXAMPLES = `
Examples:
  $ milagro-trust list
  $ milagro-trust list --role dta --json`;

export const listCommand: CommandMaker = () =>
  new Command('list')
    .description('list requirements and their checks')
    .addOption(
      new Option('--role <role>', 'only requirements that bind this role').choices(['dta', 'idp', 'relay', 'verifier']),
    )
    .option('--json', 'machine-readable')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => print(options));

function print({ json, role }: Options): void {
  const { requirements, chapters } = loadLedger(join(PROJECT, 'spec'));
  const checks = SUITES.flatMap((suite) => suite.checks);
  const listed = [...requirements.values()]
    .filter(({ roles }) => role === undefined || roles.includes(role))
    .map((requirement) =>
      Object.assign(requirement, {
        checks: checks.filter((check) => check.requirement === requirement.id).map(({ id }) => id),
      }),
    );
  if (json) {
    process.stdout.write(`${JSON.stringify(listed, undefined, 2)}\n`);
    return;
  }
  for (const [chapter, title] of chapters) {
    const its = listed.filter((requirement) => requirement.chapter === chapter);
    if (its.length > 0) process.stdout.write(`\n${title}\n\n${its.map(line).join('\n')}\n`);
  }
}

function line({ id, level, roles, sentence, checks }: Requirement & { checks: string[] }): string {
  const count = checks.length === 0 ? '' : `  [${String(checks.length)} check${checks.length === 1 ? '' : 's'}]`;
  return `  ${id}  ${level.padEnd(6)}  ${roles.join(' ').padEnd(13)}  ${sentence}${count}`;
}
