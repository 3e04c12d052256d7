/** `devnet`: a node that stays up, so that one check after another can be run without waiting for a chain. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { offer } from '../chain/kept.ts';
import { Regtest } from '../chain/regtest.ts';
import { startFresh } from '../chain/start.ts';
import { addChainOptions, chainOptions, type ChainChoice } from './chain-choice.ts';
import type { CommandMaker } from './command.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust devnet                                            in one terminal, until Ctrl-C
  $ milagro-trust certify --chain kept --only MDT-HST-003 my-dta.target.yaml    in another

One node of a user can be kept at a time, for one run at a time. A run on it certifies nothing.`;

export const devnetCommand: CommandMaker = () =>
  addChainOptions(new Command('devnet').description('keep a node between runs, until it is interrupted'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: ChainChoice) => {
      const chain = await startFresh(chainOptions(options, (text) => process.stderr.write(`${text}\n`)));
      const key = randomBytes(32);
      try {
        await Regtest.create(chain.rpc, key);
        const withdraw = await offer(chain, key);
        process.stdout.write(`${chain.version} is kept for --chain kept. Ctrl-C ends it.\n`);
        try {
          await interrupted();
        } finally {
          withdraw();
        }
      } finally {
        await chain.stop();
      }
    });

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => undefined, 1 << 30);
    const end = (): void => (clearInterval(alive), resolve());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  });
}
