/** The metadata of an IdP: OpenID Provider Metadata (Discovery 1.0, 3) with what Milagro adds (MDT-IDP-001 to -003). */
import type { Publication } from '../entity/publication.ts';
import { milagroMetadata } from '../entity/publication.ts';
import type { IdpMetadata } from '../gen/schemas.ts';
import type { JwksSignature } from '../core/enrolment/jwks-vouch.ts';
import { CHECK_SESSION, ROUTES, TOKEN_EXCHANGE } from './provider-settings.ts';

/** What of it is an IdP's choice. */
export interface Offers {
  readonly deviceFlow: boolean;
}

export function openidMetadata(
  { entityId, hosted }: Publication,
  signature: JwksSignature,
  { deviceFlow }: Offers,
): IdpMetadata {
  const { issuer } = hosted.birth_record;
  const at = (path: string): string => `${issuer}${path}`;
  const signing: [string, ...string[]] = ['RS256', 'ES256', 'EdDSA'];
  return {
    issuer,
    authorization_endpoint: at(ROUTES.authorization),
    token_endpoint: at(ROUTES.token),
    userinfo_endpoint: at(ROUTES.userinfo),
    jwks_uri: at(ROUTES.jwks),
    registration_endpoint: at(ROUTES.registration),
    revocation_endpoint: at(ROUTES.revocation),
    end_session_endpoint: at(ROUTES.end_session),
    check_session_iframe: at(CHECK_SESSION),
    ...(deviceFlow && { device_authorization_endpoint: at(ROUTES.device_authorization) }),
    scopes_supported: ['openid', 'profile', 'offline_access'],
    response_types_supported: ['code'],
    response_modes_supported: ['form_post', 'fragment', 'query'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      TOKEN_EXCHANGE,
      ...(deviceFlow ? ['urn:ietf:params:oauth:grant-type:device_code'] : []),
    ],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: signing,
    userinfo_signing_alg_values_supported: signing,
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: [
      ...['sub', 'milagro_log_subject', 'preferred_username'],
      ...['acr', 'amr', 'auth_time', 'iss', 'aud', 'exp', 'iat', 'nonce', 'sid'],
    ],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    milagro_entity_id: entityId,
    ...milagroMetadata(hosted),
    milagro_jwks_signature: signature,
  };
}
