/** Chapter 12.1: what an IdP says of itself once its record has a successor. */
import { check, type Suite } from '../kit/check.ts';
import { Untestable } from '../kit/expect.ts';
import type { SuccessionSeen } from '../world/scenes/succession.ts';
import type { Shown } from '../world/scenes/resources.ts';
import { isOfRecord, isVouchedFor } from './12-openid-metadata.ts';

const options = { scenes: ['succession'] as const, feature: 'successor' as const };

export const openidSucceeded: Suite = {
  chapter: '12-openid-provider',
  checks: [
    check(
      'MDT-IDP-003',
      'after-successor',
      'the metadata say what the record in force says: after a succession',
      { ...options, quote: 'MUST be what the hosted record says' },
      ({ seen }) => {
        for (const { record, openid } of successionsOf(seen.succession))
          isOfRecord({ record, metadata: openid?.metadata, jwks: openid?.jwks });
      },
    ),
    check(
      'MDT-IDP-004',
      'after-successor',
      'the new key signs the JWK Set: after a succession',
      { ...options, quote: 'MUST verify by `keys.anchor` of the record in force over the 32 octets' },
      ({ seen }) => {
        for (const { record, openid } of successionsOf(seen.succession))
          isVouchedFor({ record, metadata: openid?.metadata, jwks: openid?.jwks });
      },
    ),
  ],
};

/** What was shown after each. */
function successionsOf({ after, second }: SuccessionSeen): Shown[] {
  if (!after) throw new Untestable('no successor came into force');
  return second ? [after, second] : [after];
}
