/** For tests: what a PAT makes of an answer of a relay. */
import { locatorFrom, proofFrom } from '../chain/relay-messages.ts';
import type { GetRegistrationResponse } from '../gen/proto/milagro/trust/v1/relay.ts';
import type { PatRegistration, PatSignedStatement } from '../gen/schemas.ts';

export { REGTEST_CHECKPOINT } from '../core/fixtures/grown-lineage.ts';

const hex = (octets: Buffer): string => octets.toString('hex');

/** The registration that a PAT keeps (spec 10.3). */
export function registrationOf(signed: PatSignedStatement, shown: GetRegistrationResponse): PatRegistration {
  const { locator, proof, mode, index, path } = shown;
  if (!locator || !proof) throw new Error('not confirmed');
  return {
    ...{ statement: signed.statement, signature: signed.signature },
    ...(mode === 2 && { batch: { index, path: path.map(hex) } }),
    ...{ locator: locatorFrom(locator), proof: proofFrom(proof) },
  };
}
