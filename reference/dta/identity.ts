/** What of a launch configuration enters the Birth Record, and whether a record already written agrees with it. */
import type { BirthRecord, LaunchConfiguration, Operator } from '../gen/schemas.ts';
import { canonicalOctets } from '../core/canonical.ts';
import type { DtaIdentity } from '../core/birth-record.ts';
import { equalOctets } from '../core/hex.ts';
import { MdtError } from '../core/errors.ts';
import { networkOf } from '../core/network.ts';
import { publicIdentity, type DtaSecrets } from './secrets.ts';

/** Names for a regtest, where nobody is answerable; elsewhere `options` names them. */
const REGTEST_NAME = 'Milagro reference D-TA';
const REGTEST_OPERATOR: Operator = {
  legal_name: 'Nobody (regtest)',
  jurisdiction: 'ZZ',
  contact: 'mailto:nobody@regtest.invalid',
};

export interface Naming {
  readonly name: string;
  readonly operator: Operator;
}

/**
 * `options.name` and `options.operator`.
 * @throws MdtError MDT_LAUNCH
 */
export function readNaming({ options = {}, chain }: LaunchConfiguration): Naming {
  const onRegtest = networkOf(chain.genesis)?.name === 'regtest';
  const name = options['name'] ?? (onRegtest ? REGTEST_NAME : undefined);
  if (typeof name !== 'string' || name === '') refuse('/options/name', 'not the name of the entity');
  const operator = options['operator'] ?? (onRegtest ? REGTEST_OPERATOR : undefined);
  for (const member of ['legal_name', 'jurisdiction', 'contact'] as const) {
    const value = (operator as Partial<Record<string, unknown>> | undefined | null)?.[member];
    if (typeof value !== 'string' || value === '') refuse(`/options/operator/${member}`, 'not given');
  }
  return { name, operator: operator as Operator };
}

/** The identity that the record states. */
export function recordIdentity(configuration: LaunchConfiguration, secrets: DtaSecrets): DtaIdentity {
  return {
    ...readNaming(configuration),
    ...publicIdentity(secrets),
    issuer: configuration.public.issuer,
    grpc: configuration.public.grpc,
    idps: idpsOf(configuration),
    policy: configuration.policy,
  };
}

/**
 * Checks that a D-TA that is born already is started as what its record says: the record cannot change any more.
 * @throws MdtError MDT_LAUNCH with the member that differs
 */
export function checkAgainstRecord(configuration: LaunchConfiguration, record: BirthRecord): void {
  const { chain } = configuration;
  expectSame('/public/issuer', configuration.public.issuer, record.issuer);
  expectSame('/public/grpc', configuration.public.grpc, record.services.grpc);
  expectSame('/chain/genesis', chain.genesis, record.chain.genesis);
  expectSame('/chain/checkpoint', chain.checkpoint, record.chain.checkpoint);
  expectSame('/policy', configuration.policy, record.policy);
  expectSame('/peers/idps', idpsOf(configuration), record.idps ?? []);
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
