/** `pat state`, `pat register`, `pat prove`, `pat registered`, `pat broadcast`: signatures of one's own in Bitcoin (spec chapter 10). */
import { createHash } from 'node:crypto';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { isRelayUrl, relayAddress } from '../core/relay-address.ts';
import { parseEnvelope } from '../core/document-octets.ts';
import { MAX_ENVELOPE_OCTETS } from '../core/hosted-record.ts';
import { parseHex } from '../core/hex.ts';
import { validate } from '../core/schema.ts';
import { handOn } from '../pat/broadcast.ts';
import {
  judgeRegistration,
  prove,
  readHeaders,
  secretKeyFrom,
  stateNow,
  type ReadHeaders,
} from '../pat/registrations.ts';
import type { OwnChain } from '../core/own-chain.ts';
import { fetchFrom, registerBy, type Mode } from '../pat/relay-registrations.ts';
import { chainOf, collect, DEFAULT_CONFIRMATIONS, headerSources, positive, setting } from './reader-options.ts';
import { readInput, show, UsageError, type Terminal } from './terminal.ts';

const MAX_STATED_OCTETS = 64 * 1024 * 1024;
const MAX_KEY_OCTETS = 1_024;
/** A standard transaction is of 100,000 virtual octets at most, and its witness may be four times as long. */
const MAX_TRANSACTION_HEX = 1024 * 1024;

interface HeaderOptions {
  readonly headers: string[];
  readonly chain: string;
  readonly checkpoint?: string;
}

interface ProveOptions extends HeaderOptions {
  readonly relay?: string;
  readonly txid?: string;
  readonly block?: string;
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
  pat
    .command('register')
    .description('have a relay register a signed statement in Bitcoin; print the ID that it keeps it under')
    .argument('<statement>', 'the signed statement (JSON), or - for standard input')
    .requiredOption('--relay <url>', 'grpcs://host:port, or grpc://host:port nearby', relayUrl)
    .addOption(
      new Option('--mode <mode>', 'one of many in a transaction, or in one of its own')
        .choices(['batched', 'direct'])
        .default('batched'),
    )
    .action(async (file: string, options: { relay: string; mode: Mode }) => register(file, options, terminal));
  withHeaders(pat.command('prove'))
    .description('make the registration of a signed statement: from the relay that has it, or from a transaction')
    .argument('<statement>', 'the signed statement (JSON), or - for standard input')
    .option('--relay <url>', 'the relay that registered it', relayUrl)
    .option('--txid <hex>', 'the transaction that it stands in', hash)
    .option('--block <hex>', 'hash of the block that the transaction is in', hash)
    .action(async (file: string, options: ProveOptions) => proven(file, options, terminal));
  pat
    .command('broadcast')
    .description('hand a signed transaction to nodes of the Bitcoin network, or to relays')
    .argument('<file>', 'the transaction (hexadecimal), or - for standard input')
    .requiredOption('--to <url>', 'p2p://host, or a relay; may be given again', collectReceiver, [])
    .option('--chain <name>', 'main or regtest', 'main')
    .action(async (file: string, options: { to: string[]; chain: string }) =>
      finish(await broadcast(file, options, terminal)),
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

async function register(
  file: string,
  { relay, mode }: { relay: string; mode: Mode },
  terminal: Terminal,
): Promise<void> {
  const signed = validate('pat-signed-statement', await readEnvelope(file, terminal));
  const registration = await registerBy(relay, signed, mode);
  terminal.out(`${JSON.stringify({ registration_id: registration, relay, mode })}\n`);
}

async function proven(file: string, options: ProveOptions, terminal: Terminal): Promise<void> {
  const { relay, txid, block } = options;
  if ((relay === undefined) === (txid === undefined) || (txid === undefined) !== (block === undefined))
    throw new UsageError('either --relay, or --txid and --block');
  const signed = validate('pat-signed-statement', await readEnvelope(file, terminal));
  if (relay !== undefined) {
    const { chain } = await headersFor(options, terminal);
    return terminal.out(`${JSON.stringify(await fetchFrom(relay, signed, chain))}\n`);
  }
  const rest = options.headers.find((url) => /^https?:/.test(url));
  if (rest === undefined) throw new UsageError('the block comes from a REST interface: give one as --headers');
  const { chain } = await headersFor(options, terminal);
  terminal.out(`${JSON.stringify(await prove(signed, { txid: txid ?? '', block: block ?? '' }, chain, rest))}\n`);
}

async function broadcast(
  file: string,
  { to, chain }: { to: string[]; chain: string },
  terminal: Terminal,
): Promise<number> {
  const hex = (await readInput(file, MAX_TRANSACTION_HEX, terminal)).toString('latin1').trim();
  const octets = setting('<file>', () => parseHex(hex, 'MDT_MALFORMED_TX', 'transaction'));
  const { parameters } = await chainOf({ chain }, terminal);
  const outcomes = await handOn([...new Set(to)], parameters.genesis, octets);
  for (const outcome of outcomes) terminal.out(`${JSON.stringify(outcome)}\n`);
  return outcomes.some(({ code }) => code === undefined) ? 0 : 1;
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

function collectReceiver(value: string, earlier: string[]): string[] {
  if (!value.startsWith('p2p://')) relayUrl(value);
  return [...earlier, value];
}

function relayUrl(value: string): string {
  if (!isRelayUrl(value)) throw new InvalidArgumentError('Not grpcs://host:port or grpc://host:port.');
  setting('--relay', () => relayAddress(value));
  return value;
}

function publicKey(value: string): string {
  if (!/^0[23][0-9a-f]{64}$/.test(value))
    throw new InvalidArgumentError('Not a compressed key: 66 hexadecimal digits.');
  return value;
}
