/** `locator`: BIP-136 references, and whether a locator agrees with its own. */
import { Command, Option } from 'commander';
import { parseDocument } from '../core/document-octets.ts';
import { MdtError } from '../core/errors.ts';
import type { NetworkName } from '../core/network.ts';
import { validate } from '../core/schema.ts';
import { decodeTxRef, encodeTxRef } from '../core/txref.ts';
import { readInput, show, unsigned, UsageError, type CommandMaker, type Terminal } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust locator encode --network regtest --height 131 --index 1
  $ milagro-trust locator decode --json txrt1:pxgq-qqpq-qqqq-mu47-we
  $ milagro-trust locator check locator.json`;

const MAX_LOCATOR_OCTETS = 16_384;
const PREFIXES: readonly (readonly [prefix: string, network: NetworkName])[] = [
  ['txrt1', 'regtest'],
  ['txtest1', 'test'],
  ['tx1', 'main'],
];
const JSON_OPTION = ['--json', 'print one JSON object'] as const;

interface EncodeOptions {
  network: NetworkName;
  height?: number;
  index?: number;
  vout?: number;
  json?: boolean;
}

export const locatorCommand: CommandMaker = (terminal) => {
  const command = new Command('locator')
    .description('encode, decode and check locators (spec 2.3)')
    .addHelpText('after', EXAMPLES);
  command
    .command('encode')
    .description('print the txref of a place in the chain')
    .addOption(networkOption().default('main'))
    .option('--height <n>', 'height of the block', unsigned)
    .option('--index <n>', 'index of the transaction in the block', unsigned)
    .option('--vout <n>', 'index of an output', unsigned)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(({ network, height, index, vout, json }: EncodeOptions) => {
      if (height === undefined || index === undefined) throw new UsageError('a place has --height and --index');
      const txref = encodeTxRef(network, { height, txIndex: index, ...(vout !== undefined && { vout }) });
      if (json === true) show(terminal, { txref }, true);
      else terminal.out(`${txref}\n`);
    });
  command
    .command('decode')
    .description('print the place that a txref names')
    .argument('<txref>', 'a BIP-136 reference')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((txref: string, { json }: { json?: boolean }) => {
      const network = networkOfTxRef(txref);
      const { height, txIndex, vout } = decodeTxRef(network, txref);
      show(terminal, { network, height, tx_index: txIndex, ...(vout !== undefined && { vout }) }, json);
    });
  command
    .command('check')
    .description('check the form of a locator, and that its txref names the same place')
    .argument('<file>', 'a locator (JSON), or - for standard input')
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { json }: { json?: boolean }) => check(terminal, file, json));
  return command;
};

function networkOption(): Option {
  return new Option('--network <name>', 'network of the chain').choices(['main', 'test', 'regtest']);
}

function networkOfTxRef(txref: string): NetworkName {
  const network = PREFIXES.find(([prefix]) => txref.toLowerCase().startsWith(prefix))?.[1];
  if (network === undefined)
    throw new MdtError('MDT_TXREF', 'begins with none of tx1, txtest1, txrt1', { field: 'txref' });
  return network;
}

async function check(terminal: Terminal, file: string, json: boolean | undefined): Promise<void> {
  const locator = validate('locator', parseDocument(await readInput(file, MAX_LOCATOR_OCTETS, terminal)));
  const { txref, height, tx_index: txIndex, vout } = locator;
  if (txref !== undefined) {
    const place = decodeTxRef(networkOfTxRef(txref), txref);
    if (place.height !== height || place.txIndex !== txIndex || (place.vout ?? vout) !== vout) {
      throw new MdtError(
        'MDT_TXREF',
        `names (${place.height}, ${place.txIndex}), the locator (${height}, ${txIndex})`,
        { field: '/txref' },
      );
    }
  }
  show(terminal, { valid: txref === undefined ? 'locator without txref' : 'locator and txref', ...locator }, json);
}
