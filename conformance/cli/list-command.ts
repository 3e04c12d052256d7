/** `list`: the requirements, and the checks that judge them. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { loadLedger, type Requirement } from '../kit/ledger.ts';
import { PROJECT } from '../kit/project.ts';
import { SUITES } from '../suites/index.ts';
import { SCENES } from '../world/scenes/index.ts';
import type { CommandMaker } from './command.ts';

interface Options {
  readonly json?: boolean;
  readonly role?: string;
  readonly scenes?: boolean;
}

const EXAMPLES = `
Examples:
  $ milagro-trust list
  $ milagro-trust list --role dta --json
  $ milagro-trust list --scenes`;

export const listCommand: CommandMaker = () =>
  new Command('list')
    .description('list requirements and their checks')
    .addOption(
      new Option('--role <role>', 'only requirements that bind this role').choices(['dta', 'idp', 'relay', 'verifier']),
    )
    .option('--scenes', 'list the scenes of a target’s life in place of requirements')
    .option('--json', 'machine-readable')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => (options.scenes === true ? printScenes(options) : print(options)));

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

/** Scenes in the order in which they are staged, whether each has a node of its own, and how many checks look at it. */
function printScenes({ json }: Options): void {
  const checks = SUITES.flatMap((suite) => suite.checks);
  const listed = Object.entries(SCENES).map(([name, { title, chain = 'shared' }]) => ({
    name,
    title,
    chain,
    checks: checks.filter(({ scenes }) => scenes.some((scene) => scene === name)).length,
  }));
  const lines = listed.map(({ name, title, chain, checks: count }) =>
    [`  ${name.padEnd(13)}`, `chain ${chain.padEnd(9)}`, `${String(count).padStart(3)} checks`, title].join('  '),
  );
  process.stdout.write(json ? `${JSON.stringify(listed, undefined, 2)}\n` : `${lines.join('\n')}\n`);
}

function line({ id, level, roles, sentence, checks }: Requirement & { checks: string[] }): string {
  const count = checks.length === 0 ? '' : `  [${String(checks.length)} check${checks.length === 1 ? '' : 's'}]`;
  return `  ${id}  ${level.padEnd(6)}  ${roles.join(' ').padEnd(13)}  ${sentence}${count}`;
}
