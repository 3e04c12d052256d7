/** The command line of the reference: commands, their help and the status to exit with. */
import { Command, CommanderError } from 'commander';
import { MdtError } from '../core/errors.ts';
import { UsageError, type CommandMaker, type Terminal } from './terminal.ts';

/** Exit statuses, the same as those of the kit. */
const EXIT = { ok: 0, refused: 1, usage: 2 } as const;

/** Each command in a file of its own, loaded when it is asked for: a service starts without what `anchor` needs. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandMaker>>> = {
  serve: async () => (await import('./serve-command.ts')).serveCommand,
  'birth-record': async () => (await import('./birth-record-command.ts')).birthRecordCommand,
  anchor: async () => (await import('./anchor-command.ts')).anchorCommand,
  locator: async () => (await import('./locator-command.ts')).locatorCommand,
  status: async () => (await import('./status-command.ts')).statusCommand,
  retire: async () => (await import('./retire-command.ts')).retireCommand,
  pat: async () => (await import('./pat-command.ts')).patCommand,
  audit: async () => (await import('./audit-command.ts')).auditCommand,
  idp: async () => (await import('./idp-command.ts')).idpCommand,
};

const EXAMPLES = `
Examples:
  $ milagro-trust serve dta < launch.json
  $ milagro-trust birth-record example | milagro-trust birth-record check -
  $ milagro-trust anchor decode 6a2e4d696c6167726f20442d5441...
  $ milagro-trust locator decode txrt1:qxgq-qqpq-qmaz-gmp
  $ milagro-trust status renew request.json --key status.key > status.json
  $ milagro-trust pat verify https://dta.example.org --pin 6f339a85… --headers http://127.0.0.1:8332
  $ milagro-trust audit https://dta.example.org --pin 6f339a85… --headers http://127.0.0.1:8332`;

/** Runs the arguments after the program's name and gives the status to exit with. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let status: number = EXIT.ok;
  const program = new Command('milagro-trust')
    .description('The reference implementation of Milagro Distributed Trust')
    .addHelpText('after', EXAMPLES);
  const [name = ''] = args;
  const wanted = Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS);
  for (const [each, load] of Object.entries(COMMANDS)) {
    if (wanted.includes(each)) program.addCommand((await load())(terminal, (code) => (status = code)));
  }
  harden(program, terminal);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    return explain(error, terminal);
  }
}

/** Every command throws in place of ending the process, writes to `terminal`, and helps after an error of usage. */
function harden(command: Command, terminal: Terminal): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.error })
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for what there is)');
  for (const child of command.commands) harden(child, terminal);
}

function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // it has spoken already
  if (error instanceof UsageError) {
    terminal.error(`error: ${error.message}\n(add --help for what there is)\n`);
    return EXIT.usage;
  }
  if (!(error instanceof MdtError)) throw error;
  terminal.error(`${error.code}${error.field === '' ? '' : ` at ${error.field}`}: ${error.message}\n`);
  return EXIT.refused;
}
