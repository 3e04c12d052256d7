/** `serve`: services of the reference. */
import { Command } from 'commander';
import type { CommandMaker } from './terminal.ts';

const EXAMPLES = `
Line 1 of standard input is the launch configuration (schemas/launch-configuration.schema.json), later lines are
control lines. Standard output carries the lines of the launch contract (spec/certification.md), standard error the log.

Examples:
  $ milagro-trust serve dta < launch.json
  $ (cat launch.json; cat) | milagro-trust serve dta 2> dta.log`;

export const serveCommand: CommandMaker = (_terminal, finish) => {
  const serve = new Command('serve').description('run a service by the launch contract').addHelpText('after', EXAMPLES);
  serve
    .command('dta')
    .description('a Distributed Trust Authority')
    .addHelpText('after', EXAMPLES)
    .action(async () => finish(await (await import('./serve-entity.ts')).serveEntity({ name: 'dta' })));
  serve
    .command('relay')
    .description('a relay: registers PAT signatures in Bitcoin, and answers those who have no node')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { Relay } = await import('../relay/relay.ts');
      finish(await (await import('./serve-entity.ts')).serveEntity({ name: 'relay', open: Relay.open }));
    });
  serve
    .command('idp')
    .description('an OpenID Provider')
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      const { Idp } = await import('../idp/idp.ts');
      finish(await (await import('./serve-entity.ts')).serveEntity({ name: 'idp', open: Idp.open }));
    });
  return serve;
};
