/** The launch configuration: line 1 of standard input (spec/certification.md, C.1; MDT-TGT-007). */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { LaunchConfiguration, RpcAccess } from '../gen/schemas.ts';
import { parametersOf } from '../core/chain-parameters.ts';
import { parseEnvelope } from '../core/document-octets.ts';
import { MdtError } from '../core/errors.ts';
import { parseHex } from '../core/hex.ts';
import { networkOf, type BitcoinNetwork } from '../core/network.ts';
import { isPrivateHost } from '../core/private-host.ts';
import { relayAddress } from '../core/relay-address.ts';
import { validate } from '../core/schema.ts';
import { MAX_LINE_OCTETS } from './line-reader.ts';

/** A configuration that this service can honour. */
export interface Launch {
  readonly configuration: LaunchConfiguration;
  readonly network: BitcoinNetwork;
  readonly backend: BackendAccess;
}

/** A node of the entity's own, or relays. */
export type BackendAccess = { readonly rpc: RpcAccess } | { readonly relays: readonly string[] };

/** A checkpoint is at a retarget boundary (MDT-DOC-018). */
const RETARGET_BLOCKS = 2016;

/**
 * Reads the launch line of a service of `role`.
 * @throws MdtError MDT_LAUNCH, `field` the JSON pointer of the member at fault. No value is quoted: it may be a secret.
 */
export function readLaunch(line: Uint8Array | undefined, role: LaunchConfiguration['role']): Launch {
  if (line === undefined) refuse('', 'standard input ended before the launch configuration');
  const configuration = parse(line);
  const network = networkOf(configuration.chain.genesis);
  if (network === undefined) refuse('/chain/genesis', 'not the genesis of a known network');
  if (configuration.role !== role) refuse('/role', `this service is a ${role}`);
  if (configuration.transport !== 'plain') refuse('/transport', 'only plain is supported');
  checkChain(configuration);
  checkIssuer(configuration.public.issuer, network);
  checkPolicy(configuration, network);
  checkImportedSecrets(configuration);
  for (const name of ['http', 'grpc'] as const) parseAddress(configuration.listen[name], `/listen/${name}`);
  return { configuration, network, backend: backendOf(configuration) };
}

function backendOf({ role, chain }: LaunchConfiguration): BackendAccess {
  if (chain.rpc) return { rpc: chain.rpc };
  if (role === 'relay') refuse('/chain/backend', 'a relay needs a node of its own');
  const { relays = [] } = chain;
  try {
    parametersOf(chain.genesis);
  } catch {
    refuse('/chain/genesis', 'headers of this network cannot be held to its rules, so relays cannot be asked');
  }
  for (const [index, url] of relays.entries()) {
    try {
      relayAddress(url);
    } catch (error) {
      refuse(`/chain/relays/${index}`, error instanceof MdtError ? error.message : 'no address of a relay');
    }
  }
  return { relays };
}

/** Host and port of `host:port`, an IPv6 address without its brackets. */
export function parseAddress(text: string, field: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):([0-9]{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) refuse(field, 'not host:port');
  return { host, port: Number(port) };
}

function parse(line: Uint8Array): LaunchConfiguration {
  try {
    return validate('launch-configuration', parseEnvelope(line, MAX_LINE_OCTETS));
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    throw new MdtError('MDT_LAUNCH', `${error.code}: ${error.message}`, { field: error.field });
  }
}

function checkChain({ chain }: LaunchConfiguration): void {
  if (chain.checkpoint.height % RETARGET_BLOCKS !== 0) refuse('/chain/checkpoint/height', 'not a multiple of 2016');
  if (chain.checkpoint.height === 0 && chain.checkpoint.hash !== chain.genesis) {
    refuse('/chain/checkpoint/hash', 'not the genesis, whose height it has');
  }
}

/** MDT-REC-005: http only on regtest, and there only to hosts that no stranger reaches. */
function checkIssuer(issuer: string, network: BitcoinNetwork): void {
  if (issuer.endsWith('/')) refuse('/public/issuer', 'ends with a slash');
  // The schema lets pass what URL does not: a last label that is a number makes an IPv4 address of the whole.
  if (!URL.canParse(issuer)) refuse('/public/issuer', 'no URL');
  if (issuer.startsWith('https://')) return;
  if (network.name !== 'regtest') refuse('/public/issuer', 'not https');
  const { hostname } = new URL(issuer);
  if (!isPrivateHost(hostname)) refuse('/public/issuer', 'http at a host that is not private');
}

/** MDT-REC-103: periods of seconds are for tests. */
function checkPolicy({ policy }: LaunchConfiguration, network: BitcoinNetwork): void {
  const least = 3 * policy.anchor_period_seconds + 14_400;
  if (network.name !== 'regtest' && policy.canary_max_age_seconds < least) {
    refuse('/policy/canary_max_age_seconds', `less than ${least}`);
  }
}

/** MDT-REC-008: three different keys. */
function checkImportedSecrets({ import_secrets: secrets = {} }: LaunchConfiguration): void {
  const seen = new Set<string>();
  for (const [name, hex] of Object.entries(secrets)) {
    const field = `/import_secrets/${name}`;
    if (!secp256k1.utils.isValidSecretKey(parseHex(hex, 'MDT_LAUNCH', field, 32)))
      refuse(field, 'not a key of secp256k1');
    if (seen.has(hex)) refuse(field, 'the same key twice');
    seen.add(hex);
  }
}

function refuse(field: string, message: string): never {
  throw new MdtError('MDT_LAUNCH', message, { field });
}
