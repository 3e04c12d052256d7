/** `replay`: ask again what an earlier run asked, and say whether the same goes wrong. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { ChainOptions } from '../chain/start.ts';
import { EXIT, KitError } from '../kit/kit-error.ts';
import { loadTarget } from '../kit/manifest.ts';
import { nearest } from '../kit/nearest.ts';
import { readRun, type RecordedRun } from '../report/recorded-run.ts';
import { compareReplay, didNotStart, failedChecks, type Replayed, type ReplayedCheck } from '../report/replayed.ts';
import { oneLine } from '../report/visible.ts';
import type { CommandMaker } from './command.ts';
import { oneRun } from './one-run.ts';

interface Options {
  readonly target?: string;
  readonly report: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  $ milagro-trust replay out/report                             all checks that failed
  $ milagro-trust replay out/report MDT-ANC-003/marker
  $ milagro-trust replay ci-report --target my-dta.target.yaml --json

The checks are run again with the seed, the way to a bitcoind and the manifest of the earlier run; scenes are staged as they
were then. Of a run that did not start, every check is a failure: none could be tested. A failure is the same if outcome, message, expected and received value and field are; addresses, times and octets
that are others each time are not compared. What the target was sent is compared too, and shown; it does not change the
exit status: 0 every failure was reproduced, 1 one was not, or was another, 2 the report or the manifest cannot be read,
3 the target or a chain could not be started, and could then.`;

export const replayCommand: CommandMaker = (setStatus) =>
  new Command('replay')
    .description('run again what failed in an earlier run, and compare')
    .argument('<report>', 'report folder or events.jsonl of the earlier run')
    .argument('[checks...]', 'checks to run again (default: all that failed)')
    .option('--target <manifest>', 'where the manifest is now (default: where it was)')
    .option('--report <folder>', 'where the new report goes', 'out/replay')
    .option('--json', 'machine-readable')
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(async (report: string, checks: string[], options: Options) =>
      setStatus(await replay(readRun(report, 'report'), checks, options)),
    );

async function replay(before: RecordedRun, asked: readonly string[], options: Options): Promise<number> {
  const ids = idsOf(before, asked);
  const { seed, revision, options: settings, manifest } = before.started;
  const target = loadTarget(options.target ?? manifest.path);
  const quiet = options.quiet === true || options.json === true;
  const exit = await oneRun({ report: options.report, quiet }, (note) => ({
    ...{ target, seed, revision, only: ids, whole: settings.only === undefined, allowKnownFailing: true },
    chain: { ...chainOf(before), onProgress: note },
  }));
  if (exit === EXIT.infrastructure && !didNotStart(before)) return exit;
  const after = readRun(resolve(options.report), '--report');
  const replayed = compareReplay(before, after, ids);
  const changed = after.started.manifest.sha256 === manifest.sha256 ? [] : ['the manifest is another than it was'];
  const text = options.json
    ? JSON.stringify(replayed, undefined, 2)
    : [...changed, ...lines(replayed)].map((line) => `${line}\n`).join('');
  process.stdout.write(options.json ? `${text}\n` : `\n${text}`);
  return replayed.reproduced ? EXIT.certified : EXIT.failed;
}

/** @throws KitError MDT_KIT_USAGE for a check that the run did not judge, MDT_KIT_NOTHING_RAN where none failed */
function idsOf(before: RecordedRun, asked: readonly string[]): string[] {
  const known = didNotStart(before) ? before.started.selected : before.checks.map(({ id }) => id);
  for (const id of asked) {
    if (known.includes(id)) continue;
    const hint = nearest(id, known);
    const what = `${before.path} holds no check ${id}${hint === undefined ? '' : `; did you mean ${hint}?`}`;
    throw new KitError('MDT_KIT_USAGE', what, { field: 'checks' });
  }
  const ids = asked.length > 0 ? [...asked] : failedChecks(before);
  if (ids.length === 0) throw new KitError('MDT_KIT_NOTHING_RAN', `no check of ${before.path} failed; name one`);
  return ids;
}

/** The way that was gone then, which is none where the node was kept for several runs. */
function chainOf({ events, started: { options } }: RecordedRun): ChainOptions {
  const way = events.find((event) => event.type === 'chain_started')?.way;
  const taken = options.chain === 'auto' ? way : options.chain;
  return {
    ...(isWay(taken) && { way: taken }),
    ...(options.bitcoind !== undefined && { bitcoind: options.bitcoind }),
    ...(options.chain_image !== undefined && { image: options.chain_image }),
  };
}

function isWay(name: string | undefined): name is 'container' | 'process' | 'debian' {
  return name === 'container' || name === 'process' || name === 'debian';
}

const SAID: Readonly<Record<ReplayedCheck['again'], string>> = {
  same: '= the same failure',
  other: '~ another failure',
  gone: '✓ no longer fails',
  'not judged': '? not judged again',
};
const MAX_VALUE = 200;

function lines({ checks, scenes, reproduced, seed }: Replayed): string[] {
  return [
    ...checks.flatMap(({ id, again, differs }) => [
      `${SAID[again]}  ${id}`,
      ...differs.map(({ what, was, is }) => `    ${what}: ${shown(was)} → ${shown(is)}`),
    ]),
    '',
    `What the target was sent, seed ${oneLine(seed, 100)}:`,
    ...scenes.flatMap(({ scene, same, reordered, missing, added }) => [
      `  ${scene}  ${String(same)} the same${reordered ? ', in another order' : ''}`,
      ...missing.map((one) => `    no longer: ${shown(one)}`),
      ...added.map((one) => `    new: ${shown(one)}`),
    ]),
    '',
    reproduced ? 'REPRODUCED' : 'NOT REPRODUCED',
  ];
}

function shown(text: string): string {
  return text === '' ? 'nothing' : oneLine(text, MAX_VALUE);
}
