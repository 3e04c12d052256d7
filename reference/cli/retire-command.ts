/** `retire`: ends an entity for ever (spec 6.3). */
import { Command } from 'commander';
import { deliver } from './order-delivery.ts';
import type { CommandMaker } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust retire /var/lib/dta --reason "merged into Example Trust"

It cannot be taken back: nothing is anchored after a RETIRE. Go on serving the record.`;

interface RetireOptions {
  reason: string;
  successorEntity?: string;
}

export const retireCommand: CommandMaker = (terminal, finish) =>
  new Command('retire')
    .description('end an entity that a service on this machine runs')
    .argument('<data_dir>', "the service's data directory")
    .requiredOption('--reason <text>', 'for people, on one line')
    .option('--successor-entity <entity_id>', 'who takes over')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, options: RetireOptions) =>
      finish(await deliver(folder, { order: 'retire', ...options }, terminal)),
    );
