/** Options of every command that needs a chain. */
import { Option, type Command } from 'commander';
import type { ChainOptions } from '../chain/start.ts';

export interface ChainChoice {
  readonly chain: NonNullable<ChainOptions['way']>;
  readonly bitcoind?: string;
  readonly chainImage?: string;
}

export function addChainOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--chain <way>', 'the way to a bitcoind; kept is the node of `milagro-trust devnet`')
        .choices(['auto', 'container', 'process', 'debian', 'kept'])
        .default('auto'),
    )
    .option('--bitcoind <path>', 'a bitcoind to run (way process)')
    .option('--chain-image <name>', 'a container image to run (way container)');
}

export function chainOptions(
  { chain, bitcoind, chainImage }: ChainChoice,
  onProgress: (text: string) => void,
): ChainOptions {
  return {
    way: chain,
    onProgress,
    ...(bitcoind !== undefined && { bitcoind }),
    ...(chainImage !== undefined && { image: chainImage }),
  };
}
