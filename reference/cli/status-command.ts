/**
 * `status`: the operator's part of the canary (spec chapter 9). The key is where the service is not, so it takes three
 * steps: what is to be stated is put together beside the service, signed on a machine that is off line, and handed to
 * the service.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { Command } from 'commander';
import { boundedGet, mayRead } from '../chain/bounded-get.ts';
import { documentDigest } from '../core/canonical.ts';
import { parseEnvelope } from '../core/document-octets.ts';
import { signDigest, verifyDigestSignature } from '../core/document-signature.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex, parseHex } from '../core/hex.ts';
import { validate } from '../core/schema.ts';
import { expectFollows, STATUS_CODES, writeStatus, type StatusCode } from '../core/status.ts';
import { creationTime, FRESHNESS_DEPTH, MAX_AHEAD_SECONDS } from '../core/time.ts';
import type { BirthRecord, BlockRef, HostedStatus } from '../gen/schemas.ts';
import { deliver } from './order-delivery.ts';
import { SignedLast } from './signed-last.ts';
import { duration, readInput, UsageError, type CommandMaker, type Terminal } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust status request https://dta.example.org --rest http://127.0.0.1:8332 > request.json
  $ milagro-trust status renew request.json --key status.key --due 36h --expires 76h > status.json
  $ milagro-trust status trip request.json --key status.key --code RAID > status.json
  $ milagro-trust status deliver /var/lib/dta status.json

The first and the last are for machines that reach the service (and a Bitcoin node with -rest=1); those between are for
the machine that has the key, and reaches nothing. The key file holds 64 hexadecimal digits. "issue" makes the first
STATUS of a record, "renew" those that follow.`;

const WELL_KNOWN = '/.well-known/milagro-birth-record';
const MAX_OCTETS = 1_048_576;
const KEY_DIGITS = 64;
const DEADLINE_MS = 10_000;

/** What the machine with the key has to know; nothing in it is secret. */
interface Request {
  readonly request: 1;
  /** `entity_id`. */
  readonly entity_id: string;
  /** In force. */
  readonly birth_record: BirthRecord;
  /** The newest STATUS. */
  readonly newest?: HostedStatus;
  readonly freshness: BlockRef;
  /** Median time past of that block, seconds since 1970. */
  readonly median_time: number;
}

interface SignOptions {
  key: string;
  memory?: string;
  due?: number;
  expires?: number;
  code?: string[];
}

export const statusCommand: CommandMaker = (terminal, finish) => {
  const command = new Command('status').description('make the statements of a canary').addHelpText('after', EXAMPLES);
  command
    .command('request')
    .description('put together what the machine with the key has to know')
    .argument('<issuer>', 'where the entity is served')
    .requiredOption('--rest <url>', 'REST interface of a Bitcoin node')
    .action(async (issuer: string, { rest }: { rest: string }) => {
      terminal.out(`${JSON.stringify(await requestOf(issuer, rest), undefined, 2)}\n`);
    });
  const signing = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .argument('<request>', 'what `status request` printed; - for standard input')
      .requiredOption('--key <file>', 'the secret keys.status, 64 hexadecimal digits')
      .option('--memory <file>', 'what was signed here last (default: the key file, with .last)')
      .option('--due <time>', 'when the next one is due, e.g. 36h (default: half of canary_max_age_seconds)', duration)
      .option('--expires <time>', 'when this one expires, e.g. 76h (default: canary_max_age_seconds)', duration);
  const first = ({ newest, record }: Signing): readonly StatusCode[] => {
    if (newest?.status.record === record) throw new UsageError('this record has a STATUS already: renew it');
    return STATUS_CODES;
  };
  const renewed = ({ newest, record }: Signing): readonly StatusCode[] => {
    if (newest?.status.record !== record) throw new UsageError('this record has no STATUS yet: issue one');
    return newest.status.codes;
  };
  signing('issue', 'sign the first STATUS of a record').action(async (path: string, options: SignOptions) =>
    sign(path, options, first, terminal),
  );
  signing('renew', 'sign a STATUS that says that nothing has changed').action(
    async (path: string, options: SignOptions) => sign(path, options, renewed, terminal),
  );
  signing('trip', 'sign a STATUS without codes that are no longer true')
    .requiredOption('--code <code>', `what has triggered: ${STATUS_CODES.join(', ')}; may be given again`, collect, [])
    .action(async (path: string, options: SignOptions) => {
      const unknown = options.code?.find((code) => !STATUS_CODES.some((each) => each === code));
      if (unknown !== undefined) throw new UsageError(`${unknown} is no code: ${STATUS_CODES.join(', ')}`);
      await sign(path, options, (known) => renewed(known).filter((code) => !options.code?.includes(code)), terminal);
    });
  command
    .command('deliver')
    .description('hand a signed STATUS to the service, and wait until it is served')
    .argument('<data_dir>', "the service's data directory")
    .argument('<status>', 'what `issue`, `renew` or `trip` printed; - for standard input')
    .action(async (folder: string, path: string) => {
      const hosted = validate('hosted-status', parseEnvelope(await readInput(path, MAX_OCTETS, terminal), MAX_OCTETS));
      finish(await deliver(folder, { order: 'status', hosted }, terminal));
    });
  return command;
};

interface Signing {
  readonly newest: HostedStatus | undefined;
  /** Digest of the record in force. */
  readonly record: string;
}

async function sign(
  path: string,
  options: SignOptions,
  codesOf: (known: Signing) => readonly StatusCode[],
  terminal: Terminal,
): Promise<void> {
  const request = readRequest(await readInput(path, MAX_OCTETS, terminal));
  const { birth_record: birthRecord, newest, entity_id: entityId, freshness, median_time: median } = request;
  const record = bytesToHex(documentDigest(birthRecord));
  const text = (await readInput(options.key, KEY_DIGITS + 2, terminal)).toString('utf8').trim();
  const key = parseHex(text, 'MDT_SCHEMA', '--key', KEY_DIGITS / 2);
  if (bytesToHex(secp256k1.getPublicKey(key)) !== birthRecord.keys.status)
    throw new MdtError('MDT_SIGNATURE', 'not keys.status of the record', { field: '--key' });
  if (newest) expectSigned(newest, birthRecord, record);
  expectNow(median);
  const last = new SignedLast(options.memory ?? `${options.key}.last`);
  last.expectNewest(entityId, newest);
  const before = newest && { document: newest.status, sha256: newest.sha256 };
  const maxAgeSeconds = birthRecord.policy.canary_max_age_seconds;
  const status = writeStatus({
    chain: birthRecord.chain,
    created: creationTime(Date.now() / 1000, median),
    ...{ freshness, entityId, record },
    ...(before && { before }),
    codes: codesOf({ newest, record }),
    dueAfter: options.due ?? Math.floor(maxAgeSeconds / 2),
    expiresAfter: options.expires ?? maxAgeSeconds,
  });
  expectFollows(status, before, { entityId, record, maxAgeSeconds });
  const digest = documentDigest(status);
  const signature = bytesToHex(signDigest('milagro-status', digest, key));
  const hosted = { status, sha256: bytesToHex(digest), signature };
  last.keep(hosted);
  terminal.out(`${JSON.stringify(hosted, undefined, 2)}\n`);
}

/**
 * A STATUS is not earlier than its block, and the block is not signed by anybody: a request that makes it one of tomorrow is a
 * trip (MDT-STA-111), or is kept for when nobody signs any more.
 */
function expectNow(median: number): void {
  if (median > Date.now() / 1000 + MAX_AHEAD_SECONDS)
    throw new MdtError('MDT_FRESHNESS', 'the block is dated after the clock of this machine', {
      field: '/request/median_time',
    });
}

/** Whoever put the request together could have put another STATUS in it. */
function expectSigned({ status, sha256, signature }: HostedStatus, { keys }: BirthRecord, record: string): void {
  const digest = documentDigest(status);
  if (bytesToHex(digest) !== sha256)
    throw new MdtError('MDT_DIGEST', 'not the digest of the STATUS', { field: '/newest/sha256' });
  // That of an earlier record was signed by a key that this one need not name.
  if (status.record === record)
    verifyDigestSignature(
      'milagro-status',
      digest,
      hexToBytes(signature),
      hexToBytes(keys.status),
      '/newest/signature',
    );
}

function readRequest(octets: Uint8Array): Request {
  const { request, entity_id, birth_record, newest, freshness, median_time, ...more } = parseEnvelope(
    octets,
    MAX_OCTETS,
  ) as Partial<Record<keyof Request, unknown>>;
  if (request !== 1 || typeof entity_id !== 'string' || typeof median_time !== 'number' || Object.keys(more).length > 0)
    throw new MdtError('MDT_SCHEMA', 'not what `status request` prints', { field: '/request' });
  return {
    request,
    entity_id,
    birth_record: validate('birth-record', birth_record),
    ...(newest !== undefined && { newest: validate('hosted-status', newest) }),
    freshness: freshness as BlockRef, // the schema of the STATUS looks at it
    median_time,
  };
}

async function requestOf(issuer: string, rest: string): Promise<Request> {
  const { birth_record, sha256 } = validate('hosted-record', await fetched(`${issuer}${WELL_KNOWN}`));
  const newest = await newestStatus(birth_record.services.status);
  const { blocks } = (await fetched(`${rest}/rest/chaininfo.json`)) as { blocks: number };
  const height = blocks - FRESHNESS_DEPTH;
  const { blockhash: hash } = (await fetched(`${rest}/rest/blockhashbyheight/${height}.json`)) as { blockhash: string };
  const headers: unknown = await fetched(`${rest}/rest/headers/1/${hash}.json`);
  const [header] = headers as [{ mediantime: number } | undefined];
  if (!header) throw new MdtError('MDT_SOURCE', 'the node has no such header', { field: '--rest' });
  return {
    request: 1,
    entity_id: birth_record.entity_id ?? sha256,
    birth_record,
    ...(newest && { newest }),
    freshness: { height, hash },
    median_time: header.mediantime,
  };
}

/** There is none before the first. */
async function newestStatus(url: string): Promise<HostedStatus | undefined> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS), redirect: 'error' }).catch(
    (cause: unknown) => {
      throw new MdtError('MDT_SOURCE', 'does not answer', { field: url, cause });
    },
  );
  if (answer.status === 404 || answer.status === 503) return undefined;
  return validate('hosted-status', await fetched(url));
}

async function fetched(url: string): Promise<object> {
  if (!mayRead(url, true)) throw new UsageError(`${url}: https, or http at a loopback or private host`);
  const octets = await boundedGet(url, {
    maxOctets: MAX_OCTETS,
    tooLarge: 'MDT_DOCUMENT_TOO_LARGE',
    accept: 'application/json',
  });
  return JSON.parse(Buffer.from(octets).toString('utf8')) as object;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
