/** The command line of the kit: commands, their help, and the status to exit with. What a command does lies elsewhere. */
import { Command, CommanderError } from 'commander';
import { EXIT, KitError } from '../kit/kit-error.ts';
import { VERSION } from '../kit/project.ts';
import type { CommandMaker } from './command.ts';
import { runReference } from './reference-process.ts';

/** Each command in a file of its own, loaded when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandMaker>>> = {
  certify: async () => (await import('./certify-command.ts')).certifyCommand,
  list: async () => (await import('./list-command.ts')).listCommand,
  explain: async () => (await import('./explain-command.ts')).explainCommand,
  diff: async () => (await import('./diff-command.ts')).diffCommand,
  merge: async () => (await import('./merge-command.ts')).mergeCommand,
  replay: async () => (await import('./replay-command.ts')).replayCommand,
  init: async () => (await import('./init-command.ts')).initCommand,
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand,
  smoke: async () => (await import('./smoke-command.ts')).smokeCommand,
  devnet: async () => (await import('./devnet-command.ts')).devnetCommand,
  vectors: async () => (await import('./vectors-command.ts')).vectorsCommand,
};

/** Commands of the reference, which runs as a process of its own like any other implementation. */
const REFERENCE_COMMANDS: Readonly<Record<string, string>> = {
  serve: 'run a service of the reference: serve dta, serve idp, serve relay',
  'birth-record': 'make, check and hash Birth Records',
  anchor: 'encode, decode and check anchors',
  locator: 'encode, decode and check locators',
  status: 'make the statements of a canary: status request, renew, trip, deliver',
  retire: 'end an entity that a service on this machine runs',
  pat: 'verify an entity: pat verify URL',
  audit: 'read the whole activity log of an entity: audit URL',
  idp: 'accounts of an OpenID Provider: idp account FILE LOGIN',
};

const EXAMPLES = `
Examples:
  $ milagro-trust doctor                        what this machine lacks, and how to get it
  $ milagro-trust init my-dta.target.yaml       describe your implementation
  $ milagro-trust smoke my-dta.target.yaml      see whether it is wired right
  $ milagro-trust certify my-dta.target.yaml    certify it
  $ milagro-trust certify --only MDT-HST-001    one requirement of the reference
  $ milagro-trust explain MDT-HST-001           what it asks for, and why

Exit status: 0 certified, 1 requirements failed, 2 usage or manifest,
3 no chain or no target could be started, 4 no check was selected, 130 interrupted.`;

/** Runs the arguments after the program's name and gives the status to exit with. */
export async function run(args: readonly string[]): Promise<number> {
  const [name = ''] = args;
  if (Object.hasOwn(REFERENCE_COMMANDS, name)) return runReference(args);
  let status: number = EXIT.certified;
  const program = new Command('milagro-trust')
    .description('Certifies implementations of Milagro Distributed Trust against a real bitcoind')
    .version(VERSION)
    .addHelpText('after', EXAMPLES);
  const wanted = Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS);
  for (const each of wanted) {
    const make = await COMMANDS[each]?.();
    if (make) program.addCommand(make((code) => (status = code)));
  }
  for (const [command, description] of Object.entries(REFERENCE_COMMANDS))
    program.command(command).description(description);
  harden(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    return explain(error);
  }
}

/** Every command throws in place of ending the process, and helps after an error of usage. */
function harden(command: Command): void {
  command.exitOverride().showSuggestionAfterError().showHelpAfterError('(add --help for what there is)');
  for (const child of command.commands) harden(child);
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.certified : EXIT.usage; // it has spoken already
  if (!(error instanceof KitError)) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${told}\n\nThis is a fault of the kit and says nothing of the target. Please report it.\n`);
    return EXIT.infrastructure;
  }
  process.stderr.write(`${error.code}${error.field === undefined ? '' : ` at ${error.field}`}: ${error.message}\n`);
  return error.exit;
}
