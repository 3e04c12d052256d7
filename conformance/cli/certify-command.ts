/** `certify`: judge an implementation and leave a report. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Chain } from '../chain/start.ts';
import { EXIT, KitError } from '../kit/kit-error.ts';
import { loadTarget } from '../kit/manifest.ts';
import { openReportFolder } from '../kit/report-folder.ts';
import type { Shard } from '../kit/shards.ts';
import { addChainOptions, chainOptions, type ChainChoice } from './chain-choice.ts';
import type { CommandMaker } from './command.ts';
import { oneRun, type Showing } from './one-run.ts';
import { referencePath } from './reference-process.ts';
import { Changes, filesOf, nodeToKeep, runAgain } from './watch.ts';

interface Options extends ChainChoice, Showing {
  readonly only?: string[];
  readonly profile?: string[];
  readonly revision?: string;
  readonly seed?: string;
  /** Path of a manifest. */
  readonly with?: string;
  readonly parallel?: number;
  readonly bail?: boolean;
  readonly shard?: Shard;
  readonly watch?: boolean;
  readonly alsoWatch?: string[];
  readonly allowKnownFailing?: boolean;
}

const EXAMPLES = `
Examples:
  $ milagro-trust certify                                the reference
  $ milagro-trust certify my-dta.target.yaml             your implementation
  $ milagro-trust certify --only MDT-HST,MDT-DOC-010 my-dta.target.yaml
  $ milagro-trust certify --watch --also-watch src --only MDT-HST my-dta.target.yaml
  $ milagro-trust certify --shard 1/3 --seed 7 --report out/shard-1 my-dta.target.yaml
  $ milagro-trust certify --revision 1.0-draft.1 my-dta.target.yaml
  $ milagro-trust certify my-pat.target.yaml --with dta=my-dta.target.yaml
  $ milagro-trust certify --chain process --bitcoind ~/bitcoin/bin/bitcoind
  $ milagro-trust certify --json --quiet > report.json

The report folder gets report.html, report.json, junit.xml and events.jsonl.
With --watch it runs again when the manifest changes, a file that its command names, or what --also-watch names. The node
stays up between the runs, so none of them is a certificate; with --seed each run has a node of its own. Ctrl-C ends it
with the status of the last run.`;

export const certifyCommand: CommandMaker = (setStatus) =>
  addChainOptions(
    new Command('certify')
      .description('certify an implementation against a regtest bitcoind')
      .argument('[target]', 'target manifest (default: the reference)'),
  )
    .option('--only <ids>', 'requirements, areas (MDT-HST) or checks (MDT-HST-001/record), comma-separated', list)
    .option('--profile <names>', 'only these of the profiles that the target claims, comma-separated', list)
    .option('--revision <name>', 'the specification as an earlier revision had it (default: the one of this kit)')
    .option('--report <folder>', 'where the report goes', 'out/report')
    .option('--seed <text>', 'the same seed gives the same stimuli (default: random)', parseSeed)
    .option(
      '--with <role=manifest>',
      'ask a client about a real implementation, too: dta=x.target.yaml',
      parseCounterpart,
    )
    .option('--parallel <n>', 'scenes at a time', parseParallel)
    .option('--bail', 'end with the first check that fails')
    .option('--shard <i/n>', 'the i-th of n parts of the run; `merge` joins their reports', parseShard)
    .option('--watch', 'run again when the target changes')
    .option('--also-watch <path>', 'a further file or folder; may be given more than once', append)
    .option('--allow-known-failing', 'exit 0 if nothing fails but what the manifest lists as known to')
    .option('--json', 'print report.json on standard output, progress on standard error')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (target: string | undefined, options: Options) =>
      setStatus(await (options.watch === true ? runWatching : run)(target ?? referencePath(), checked(options))),
    );

/** A seed of its own for each part would make parts of different runs. */
function checked(options: Options): Options {
  const wrong = (what: string, field: string): KitError => new KitError('MDT_KIT_USAGE', what, { field });
  if (options.shard && options.seed === undefined) throw wrong('the shards of a run have one --seed', '--shard');
  if (options.shard && options.watch === true) throw wrong('a shard is run once', '--watch');
  if (options.bitcoind !== undefined && !['auto', 'process'].includes(options.chain))
    throw wrong(`--chain ${options.chain} takes no bitcoind of yours`, '--bitcoind');
  if (options.alsoWatch && options.watch !== true) throw wrong('there is no --watch', '--also-watch');
  return options;
}

async function run(path: string, options: Options, node?: Chain): Promise<number> {
  const target = loadTarget(path);
  const {
    with: counterpart,
    only,
    profile,
    revision,
    parallel,
    bail = false,
    shard,
    allowKnownFailing = false,
  } = options;
  const seed = options.seed ?? randomBytes(8).toString('hex');
  return oneRun(options, (note) => ({
    ...{ target, seed, bail, allowKnownFailing, chain: chainOptions(options, note) },
    ...(only && { only }),
    ...(counterpart !== undefined && { counterpart: loadTarget(counterpart) }),
    ...(profile && { profiles: profile }),
    ...(revision !== undefined && { revision }),
    ...(parallel !== undefined && { parallel }),
    ...(shard && { shard }),
    ...(node && { node }),
    began: node ? performance.now() : 0,
  }));
}

/** Does not return: a signal ends it. */
async function runWatching(path: string, options: Options): Promise<number> {
  const say = (text: string): void => {
    if (options.quiet !== true) process.stderr.write(`${text}\n`);
  };
  openReportFolder(resolve(options.report)); // before a node is started
  const files = [...filesOf(loadTarget(path)), ...(options.alsoWatch ?? []).map((each) => resolve(each))];
  const changes = new Changes(files, resolve(options.report));
  // The same seed gives the same keys, whose coins of an earlier run would be on the chain.
  const keeps = options.seed === undefined && options.chain !== 'kept';
  const node = keeps ? await nodeToKeep(chainOptions(options, say)) : undefined;
  return runAgain(changes, () => run(path, options, node).catch(toldAndLeft), say);
}

/** What is wrong with a manifest that is being written is no reason to stop watching it. */
function toldAndLeft(error: unknown): number {
  if (!(error instanceof KitError) || error.exit !== EXIT.usage) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  return error.exit;
}

function parseSeed(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('A seed is not empty.');
  return text;
}

function parseCounterpart(text: string): string {
  const [, path] = /^dta=(.+)$/.exec(text) ?? [];
  if (path === undefined) throw new InvalidArgumentError('It is dta=<manifest>: a client faces a D-TA.');
  return path;
}

function parseParallel(text: string): number {
  if (!/^[1-4]$/.test(text))
    throw new InvalidArgumentError('It is a number from 1 to 4: more scenes starve each other.');
  return Number(text);
}

function parseShard(text: string): Shard {
  const [, index = 0, count = 0] = (/^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > count)
    throw new InvalidArgumentError('It is a number, a slash and how many there are: 1/3.');
  return { index, count };
}

/** Empty is a variable that was not set, and everything is not what was meant. */
function list(text: string, before: string[] = []): string[] {
  if (text.split(',').every((part) => part.trim() === '')) throw new InvalidArgumentError('It names nothing.');
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

function append(text: string, before: string[] = []): string[] {
  return [...before, text];
}
