/** What of a launch configuration enters the Birth Record, and whether a record already written agrees with it. */
import type { BirthRecord, LaunchConfiguration, Operator } from '../gen/schemas.ts';
import { canonicalOctets } from '../core/canonical.ts';
import type { CommonIdentity, EntityIdentity } from '../core/birth-record.ts';
import { equalOctets } from '../core/hex.ts';
import { MdtError } from '../core/errors.ts';
import type { Launch } from '../runtime/launch.ts';
import { maxFeeRate } from './fee-options.ts';
import { publicIdentity, type EntitySecrets, type OfflineKeys, type PublicIdentity } from './secrets.ts';

/** Names for a regtest, where nobody is answerable; elsewhere `options` names them. */
const REGTEST_NAMES = { dta: 'Milagro reference D-TA', relay: 'Milagro reference relay', idp: 'Milagro reference IdP' };
const REGTEST_OPERATOR: Operator = {
  legal_name: 'Nobody (regtest)',
  jurisdiction: 'ZZ',
  contact: 'mailto:nobody@regtest.invalid',
};

interface Naming {
  readonly name: string;
  readonly operator: Operator;
}

/**
 * `options.name` and `options.operator`.
 * @throws MdtError MDT_LAUNCH
 */
function readNaming({ configuration, network }: Launch): Naming {
  const { options = {} } = configuration;
  const onRegtest = network.name === 'regtest';
  const name = options['name'] ?? (onRegtest ? REGTEST_NAMES[configuration.role] : undefined);
  if (typeof name !== 'string' || name === '') refuse('/options/name', 'not the name of the entity');
  const operator = options['operator'] ?? (onRegtest ? REGTEST_OPERATOR : undefined);
  for (const member of ['legal_name', 'jurisdiction', 'contact'] as const) {
    const value = (operator as Partial<Record<string, unknown>> | undefined | null)?.[member];
    if (typeof value !== 'string' || value === '') refuse(`/options/operator/${member}`, 'not given');
  }
  return { name, operator: operator as Operator };
}

/**
 * `options.offline_keys`: keys that a service elsewhere than on regtest does not hold.
 * @returns `undefined` on regtest, where the service plays the operator
 * @throws MdtError MDT_LAUNCH
 */
export function readOfflineKeys({ configuration, network }: Launch): OfflineKeys | undefined {
  const { options = {}, import_secrets: imported = {} } = configuration;
  if (network.name === 'regtest') return undefined;
  for (const name of ['status', 'next_anchor'] as const) {
    if (imported[name] !== undefined)
      refuse(`/import_secrets/${name}`, 'kept off line on this chain: see options.offline_keys');
  }
  const given = options['offline_keys'] as Partial<Record<string, unknown>> | undefined | null;
  const [status, hash] = [given?.['status'], given?.['next_anchor_hash']];
  if (typeof status !== 'string' || !/^0[23][0-9a-f]{64}$/.test(status))
    refuse('/options/offline_keys/status', 'not a compressed key');
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash))
    refuse('/options/offline_keys/next_anchor_hash', 'not a SHA-256');
  return { status, next_anchor_hash: hash };
}

/**
 * Checks what the ceremony will ask of `options`, before anything is made.
 * @throws MdtError MDT_LAUNCH
 */
export function checkOptions(launch: Launch): void {
  readNaming(launch);
  maxFeeRate(launch);
  readOfflineKeys(launch);
}

/** The identity that the record states. */
export function recordIdentity(launch: Launch, secrets: EntitySecrets): EntityIdentity {
  const { configuration } = launch;
  const common = {
    ...readNaming(launch),
    issuer: configuration.public.issuer,
    grpc: configuration.public.grpc,
    policy: configuration.policy,
  };
  return identityOf(common, publicIdentity(secrets, readOfflineKeys(launch)), idpsOf(configuration));
}

/** An identity by its role: a D-TA alone relies on IdPs. */
export function identityOf(common: CommonIdentity, ofSecrets: PublicIdentity, idps: readonly string[]): EntityIdentity {
  return ofSecrets.role === 'dta' ? { ...common, ...ofSecrets, idps } : { ...common, ...ofSecrets };
}

/**
 * Checks that an entity that is born already is started as what its record says: the record cannot change any more.
 * @throws MdtError MDT_LAUNCH with the member that differs
 */
export function checkAgainstRecord(configuration: LaunchConfiguration, record: BirthRecord): void {
  const { chain } = configuration;
  expectSame('/role', configuration.role, record.role);
  expectSame('/public/issuer', configuration.public.issuer, record.issuer);
  expectSame('/public/grpc', configuration.public.grpc, record.services.grpc);
  expectSame('/chain/genesis', chain.genesis, record.chain.genesis);
  expectSame('/chain/checkpoint', chain.checkpoint, record.chain.checkpoint);
  expectSame('/policy', configuration.policy, record.policy);
  if (record.role === 'dta') expectSame('/peers/idps', idpsOf(configuration), record.idps ?? []);
}

function idpsOf({ peers }: LaunchConfiguration): string[] {
  return [...new Set((peers?.idps ?? []).map((idp) => idp.entity_id))];
}

function expectSame(field: string, configured: unknown, recorded: unknown): void {
  if (!equalOctets(canonicalOctets(configured), canonicalOctets(recorded)))
    refuse(field, 'the Birth Record says otherwise and cannot change');
}

function refuse(field: string, message: string): never {
  throw new MdtError('MDT_LAUNCH', message, { field });
}
