/** `pat`: what a person's client does. Verifying an entity (spec chapter 7), and signatures of its own (chapter 10). */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { MdtError } from '../core/errors.ts';
import type { VerificationRequest } from '../core/verification/request.ts';
import type { Verification } from '../core/verification/verify-entity.ts';
import type { VerificationBundle } from '../gen/schemas.ts';
import { makeBundle, MAX_BUNDLE_OCTETS, parseBundle } from '../pat/bundle.ts';
import { answerLines } from '../pat/line-service.ts';
import { forgetful, KeptState, type VerifierState } from '../pat/state.ts';
import { verifyBundle, verifyUrl } from '../pat/verify.ts';
import { addRegistrationCommands } from './pat-registration-commands.ts';
import {
  chainOf,
  collect,
  collectPin,
  DEFAULT_CONFIRMATIONS,
  headerSources,
  positive,
  recordUrl,
  setting,
  WELL_KNOWN,
} from './reader-options.ts';
import { readInput, UsageError, type CommandMaker, type Terminal } from './terminal.ts';
import { verdictText } from './verdict-text.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust pat verify https://dta.example.org --pin 6f339a85… --headers http://127.0.0.1:8332
  $ milagro-trust pat verify http://127.0.0.1:8080 --chain regtest --headers http://127.0.0.1:18443 --json
  $ milagro-trust pat verify https://dta.example.org --pin 6f339a85… --headers http://127.0.0.1:8332 --save dta.bundle.json
  $ milagro-trust pat verify https://dta.example.org --pin 6f339a85… --headers p2p://node.example.org --headers p2p://192.0.2.7
  $ milagro-trust pat verify --bundle dta.bundle.json --pin 6f339a85…
  $ milagro-trust pat verify https://dta.example.org --pin 6f339a85… --headers http://127.0.0.1:8332 --canary --state ~/.milagro
  $ milagro-trust pat state contract.pdf --key pat.key --headers http://127.0.0.1:8332 > contract.signed.json
  $ milagro-trust pat prove contract.signed.json --txid 4e0c… --block 0000… --headers http://127.0.0.1:8332 > contract.registration.json
  $ milagro-trust pat registered contract.registration.json --key 02ab… --of contract.pdf --headers http://127.0.0.1:8332

Headers come from nodes of the Bitcoin P2P network (p2p://host or p2p://host:port), from relays (grpcs://host:port, or
grpc:// nearby) and from bitcoind's REST interface (-rest=1, http://host:port). Several sources are compared by work.
Exit status: 0 VERIFIED or, with --canary, ACTIVE; 1 any other verdict, or a refusal; 2 usage.`;

/** Verdicts on which nothing is wrong. */
const GOOD: readonly string[] = ['VERIFIED', 'ACTIVE'];

interface VerifyOptions {
  pin: string[];
  headers: string[];
  chain: string;
  checkpoint?: string;
  confirmations: number;
  bundle?: string;
  state?: string;
  prune?: boolean;
  save?: string;
  canary?: boolean;
  json?: boolean;
}

export const patCommand: CommandMaker = (terminal, finish) => {
  const command = new Command('pat').description("what a person's client does").addHelpText('after', EXAMPLES);
  command
    .command('verify')
    .description('verify an entity against block headers, and say what is known of it')
    .argument('[url]', `the entity's issuer, or the address of its hosted record (${WELL_KNOWN})`)
    .option('--pin <entity_id>', 'an entity that is expected; may be given again', collectPin, [])
    .option('--headers <url>', 'a source of headers; may be given again', collect, [])
    .option('--chain <name|file>', 'main, regtest, or a file with chain parameters', 'main')
    .option('--checkpoint <file>', "the reader's own checkpoint (else block 0 of the chain)")
    .option('--confirmations <n>', 'how deep the anchor has to be', positive, DEFAULT_CONFIRMATIONS)
    .option('--bundle <file>', 'verify a saved bundle in place of a URL')
    .option('--state <dir>', 'remember entities and headers from run to run')
    .option('--prune', 'let the state keep the last 100 headers and a checkpoint, some 9 kB, in place of all')
    .option('--save <file>', 'save a bundle of what was read')
    .option('--canary', 'look at the canary, too: ACTIVE, STALE or TRIPPED in place of VERIFIED')
    .option('--json', 'print the verdict as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (url: string | undefined, options: VerifyOptions) => finish(await verify(url, options, terminal)));
  command
    .command('answer')
    .description('answer the questions of a conformance kit, one JSON line each')
    .action(async () => answerLines(terminal.input, terminal.out).then(() => finish(0)));
  addRegistrationCommands(command, terminal, finish);
  return command;
};

async function verify(url: string | undefined, options: VerifyOptions, terminal: Terminal): Promise<number> {
  const bundle = await readBundle(url, options, terminal);
  const asGiven = await requestOf(url, bundle, options, terminal);
  const sources = headerSources(options.headers, asGiven.parameters.genesis);
  if (bundle === undefined && sources.length === 0) throw new UsageError('without a bundle at least one --headers');
  if (options.prune === true && options.state === undefined) throw new UsageError('--prune is of a --state');
  const { state: folder, prune } = options;
  const state = folder === undefined ? forgetful() : setting('--state', () => new KeptState(folder, prune));
  const asked = { canary: options.canary === true };
  try {
    // A bundle begins where its saver did: a checkpoint that was moved up meanwhile would be of no use to it.
    const request = bundle === undefined ? setting('--state', () => moved(asGiven, state)) : asGiven;
    const verification =
      bundle === undefined
        ? await verifyUrl(request, sources, state, asked)
        : await verifyBundle(bundle, request, sources, state, asked);
    show(verification, options, terminal);
    if (options.save !== undefined) save(options.save, verification, request, terminal);
    return GOOD.includes(verification.verdict.verdict) ? 0 : 1;
  } finally {
    state.close();
  }
}

function moved(request: VerificationRequest, state: VerifierState): VerificationRequest {
  return { ...request, checkpoint: state.checkpoint(request.checkpoint) };
}

async function readBundle(
  url: string | undefined,
  { bundle }: VerifyOptions,
  terminal: Terminal,
): Promise<VerificationBundle | undefined> {
  if ((url === undefined) === (bundle === undefined)) throw new UsageError('either a URL or --bundle');
  if (bundle === undefined) return undefined;
  const octets = await readInput(bundle, MAX_BUNDLE_OCTETS, terminal);
  return setting('--bundle', () => parseBundle(octets));
}

async function requestOf(
  url: string | undefined,
  bundle: VerificationBundle | undefined,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<VerificationRequest> {
  return {
    url: bundle?.url ?? recordUrl(url ?? ''),
    pins: options.pin,
    confirmations: options.confirmations,
    now: Math.floor(Date.now() / 1000),
    bundled: bundle !== undefined,
    ...(await chainOf(options, terminal)),
  };
}

function show({ verdict }: Verification, { json }: VerifyOptions, terminal: Terminal): void {
  terminal.out(json === true ? `${JSON.stringify(verdict)}\n` : verdictText(verdict));
}

function save(file: string, verification: Verification, request: VerificationRequest, terminal: Terminal): void {
  try {
    writeFileSync(file, `${JSON.stringify(makeBundle(verification, request))}\n`);
  } catch (error) {
    if (error instanceof MdtError) terminal.error(`no bundle: ${error.message}\n`);
    else throw new UsageError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}
