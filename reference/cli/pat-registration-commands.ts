/** `pat state`, `pat prove`, `pat registered`: signatures of one's own in Bitcoin (spec chapter 10). */
import { createHash } from 'node:crypto';
import { InvalidArgumentError, type Command } from 'commander';
import { parseEnvelope } from '../core/document-octets.ts';
import { MAX_ENVELOPE_OCTETS } from '../core/hosted-record.ts';
import { validate } from '../core/schema.ts';
import {
  judgeRegistration,
  prove,
  readHeaders,
  secretKeyFrom,
  stateNow,
  type ReadHeaders,
} from '../pat/registrations.ts';
import type { OwnChain } from '../pat/chain-choice.ts';
import { chainOf, collect, DEFAULT_CONFIRMATIONS, headerSources, positive, setting } from './reader-options.ts';
import { readInput, show, UsageError, type Terminal } from './terminal.ts';

const MAX_STATED_OCTETS = 64 * 1024 * 1024;
const MAX_KEY_OCTETS = 1_024;

interface HeaderOptions {
  readonly headers: string[];
  readonly chain: string;
  readonly checkpoint?: string;
}

interface RegisteredOptions extends HeaderOptions {
  readonly key: string;
  readonly of?: string;
  readonly confirmations: number;
  readonly json?: boolean;
}

/** Adds the commands to `pat`. */
export function addRegistrationCommands(pat: Command, terminal: Terminal, finish: (status: number) => void): void {
  withHeaders(pat.command('state'))
    .description('state something under your key: print the signed statement, to be registered')
    .argument('<file>', 'what is stated, or - for standard input: its SHA-256 is signed, and nothing else of it leaves')
    .requiredOption('--key <file>', 'your secret key, 64 hexadecimal digits in a file')
    .action(async (file: string, options: HeaderOptions & { key: string }) => state(file, options, terminal));
  withHeaders(pat.command('prove'))
    .description('make the registration of a signed statement that stands in a transaction')
    .argument('<statement>', 'the signed statement (JSON), or - for standard input')
    .requiredOption('--txid <hex>', 'the transaction', hash)
    .requiredOption('--block <hex>', 'hash of the block that it is in', hash)
    .action(async (file: string, options: HeaderOptions & { txid: string; block: string }) =>
      proven(file, options, terminal),
    );
  withHeaders(pat.command('registered'))
    .description('verify a registration that somebody shows')
    .argument('<registration>', 'the registration (JSON), or - for standard input')
    .requiredOption('--key <hex>', 'the key that you know: compressed, 66 hexadecimal digits', publicKey)
    .option('--of <file>', 'what is to be stated; else anything may be')
    .option('--confirmations <n>', 'how deep it has to be', positive, DEFAULT_CONFIRMATIONS)
    .option('--json', 'print one JSON object')
    .action(async (file: string, options: RegisteredOptions) => finish(await registered(file, options, terminal)));
}

function withHeaders(command: Command): Command {
  return command
    .option('--headers <url>', 'a source of headers; may be given again', collect, [])
    .option('--chain <name|file>', 'main, regtest, or a file with chain parameters', 'main')
    .option('--checkpoint <file>', "the reader's own checkpoint (else block 0 of the chain)");
}

async function state(file: string, options: HeaderOptions & { key: string }, terminal: Terminal): Promise<void> {
  const text = (await readInput(options.key, MAX_KEY_OCTETS, terminal)).toString('utf8');
  const secretKey = setting('--key', () => secretKeyFrom(text));
  const statementDigest = digestOf(await readInput(file, MAX_STATED_OCTETS, terminal));
  const { own, chain } = await headersFor(options, terminal);
  const now = Math.floor(Date.now() / 1000);
  terminal.out(`${JSON.stringify(stateNow(chain, own, { secretKey, statementDigest, now }))}\n`);
}

async function proven(
  file: string,
  options: HeaderOptions & { txid: string; block: string },
  terminal: Terminal,
): Promise<void> {
  const signed = validate('pat-signed-statement', await readEnvelope(file, terminal));
  const rest = options.headers.find((url) => /^https?:/.test(url));
  if (rest === undefined) throw new UsageError('the block comes from a REST interface: give one as --headers');
  const { chain } = await headersFor(options, terminal);
  terminal.out(`${JSON.stringify(await prove(signed, options, chain, rest))}\n`);
}

async function registered(file: string, options: RegisteredOptions, terminal: Terminal): Promise<number> {
  const shown = await readEnvelope(file, terminal);
  const { key, of, confirmations, json } = options;
  const stated = of === undefined ? undefined : digestOf(await readInput(of, MAX_STATED_OCTETS, terminal));
  const { chain, sources } = await headersFor(options, terminal);
  const expected = { subjectKey: key, ...(stated && { statementDigest: stated.toString('hex') }) };
  const verdict = judgeRegistration(shown, expected, chain, confirmations);
  const named = sources.map(({ name, best }) => `${name}${best ? ' *' : ''}`);
  show(terminal, { ...verdict, sources: json === true ? sources : named.join(', ') }, json);
  return verdict.verdict === 'VERIFIED' ? 0 : 1;
}

async function headersFor(options: HeaderOptions, terminal: Terminal): Promise<ReadHeaders & { own: OwnChain }> {
  if (options.headers.length === 0) throw new UsageError('at least one --headers');
  const own = await chainOf(options, terminal);
  const sources = headerSources(options.headers, own.parameters.genesis);
  return { own, ...(await readHeaders(own, sources, Math.floor(Date.now() / 1000))) };
}

async function readEnvelope(file: string, terminal: Terminal): Promise<object> {
  return parseEnvelope(await readInput(file, MAX_ENVELOPE_OCTETS, terminal), MAX_ENVELOPE_OCTETS);
}

function digestOf(octets: Uint8Array): Buffer {
  return createHash('sha256').update(octets).digest();
}

function hash(value: string): string {
  if (!/^[0-9a-f]{64}$/.test(value)) throw new InvalidArgumentError('Not 64 lower-case hexadecimal digits.');
  return value;
}

function publicKey(value: string): string {
  if (!/^0[23][0-9a-f]{64}$/.test(value))
    throw new InvalidArgumentError('Not a compressed key: 66 hexadecimal digits.');
  return value;
}
