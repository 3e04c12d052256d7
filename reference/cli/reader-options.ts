/** What a reader is told on the command line: whom it reads, its chain, its sources of headers, its pins. */
import { InvalidArgumentError } from 'commander';
import { headerSource } from '../chain/header-source.ts';
import { parseDocument } from '../core/document-octets.ts';
import { MdtError } from '../core/errors.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { validate } from '../core/schema.ts';
import type { HeaderSource } from '../core/verification/request.ts';
import { CHAIN_NAMES, ownChain, type ChainName, type OwnChain } from '../core/own-chain.ts';
import { inline, readInput, unsigned, UsageError, type Terminal } from './terminal.ts';

/** Where a record is hosted below its issuer. */
export const WELL_KNOWN = '/.well-known/milagro-birth-record';
/** What a reader asks where nothing else is set (spec 7.1). */
export const DEFAULT_CONFIRMATIONS = 6;
const MAX_SETTING_OCTETS = 16_384;
/** Beside them a verdict may name the bundle and the state. */
const MAX_SOURCES = 15;

export interface ChainOptions {
  readonly chain: string;
  readonly checkpoint?: string;
}

/**
 * @param genesis of the chain that the headers are of
 * @throws UsageError
 */
export function headerSources(urls: readonly string[], genesis: string): HeaderSource[] {
  if (new Set(urls).size > MAX_SOURCES) throw new UsageError(`more than ${MAX_SOURCES} --headers`);
  return [...new Set(urls)].map((url) => setting(inline(url), () => headerSource(url, genesis)));
}

/** The address of the hosted record of an issuer, as a URL is written in a record: host in lower case, no default port. */
export function recordUrl(given: string): string {
  if (!URL.canParse(given) || !/^https?:/i.test(given))
    throw new UsageError(`${inline(given)} is no http or https URL`);
  const { href, search, hash, username, password, pathname, origin } = new URL(given);
  if (search !== '' || hash !== '' || /[?#]$/.test(href))
    throw new UsageError(`${inline(given)}: an issuer has no query (?) and no fragment (#)`);
  if (username !== '' || password !== '') throw new UsageError('a URL with a user name or password');
  const path = pathname.replace(/\/+$/, '');
  return `${origin}${path.endsWith(WELL_KNOWN) ? path : `${path}${WELL_KNOWN}`}`;
}

export async function chainOf({ chain, checkpoint }: ChainOptions, terminal: Terminal): Promise<OwnChain> {
  const read = async <T>(option: string, file: string, use: (value: object) => T): Promise<T> => {
    const octets = await readInput(file, MAX_SETTING_OCTETS, terminal);
    return setting(option, () => use(parseDocument(octets)));
  };
  const known = CHAIN_NAMES.includes(chain as ChainName) ? ownChain(chain as ChainName) : undefined;
  if (known === undefined && checkpoint === undefined)
    throw new UsageError('chain parameters of a file need a --checkpoint');
  const own =
    checkpoint === undefined
      ? known?.checkpoint
      : await read('--checkpoint', checkpoint, (value) => validate('chain-checkpoint', value));
  const parameters =
    known?.parameters ?? (await read('--chain', chain, (value) => validate('chain-parameters', value)));
  if (own === undefined) throw new UsageError('no checkpoint');
  setting('--checkpoint', () => new HeaderChain(parameters, own));
  return { parameters, checkpoint: own };
}

/** What the caller has chosen: where it cannot be used, that is a matter of usage and no verdict. */
export function setting<T>(option: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    const { code, field, message } = error;
    const place = field === '' || field === option ? option : `${option} (${inline(field)})`;
    throw new UsageError(`${code} at ${place}: ${inline(message)}`);
  }
}

export function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value];
}

export function collectPin(value: string, earlier: string[]): string[] {
  if (!/^[0-9a-f]{64}$/.test(value))
    throw new InvalidArgumentError('Not an entity_id: 64 lower-case hexadecimal digits.');
  return [...earlier, value];
}

export function positive(text: string): number {
  const value = unsigned(text);
  if (value < 1 || value > 1_000) throw new InvalidArgumentError('Not from 1 to 1000.');
  return value;
}
