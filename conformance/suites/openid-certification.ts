/**
 * The test modules of OpenID's certification of a provider, by profile, as its conformance suite names them (release 5.1 and
 * later), and what each comes to here: a check of the same name, other checks, or the reason why there is none.
 */

/** By the profile of OpenID's certification; the response type is `code`, clients register themselves. */
export const PROFILES: Readonly<Record<string, readonly string[]>> = {
  'Basic OP': [
    'oidcc-server',
    'oidcc-response-type-missing',
    'oidcc-idtoken-signature',
    'oidcc-idtoken-unsigned',
    'oidcc-userinfo-get',
    'oidcc-userinfo-post-header',
    'oidcc-userinfo-post-body',
    'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
    'oidcc-scope-profile',
    'oidcc-scope-email',
    'oidcc-scope-address',
    'oidcc-scope-phone',
    'oidcc-scope-all',
    'oidcc-alternate-happy-flow',
    'oidcc-display-page',
    'oidcc-display-popup',
    'oidcc-prompt-login',
    'oidcc-prompt-none-not-logged-in',
    'oidcc-prompt-none-logged-in',
    'oidcc-max-age-1',
    'oidcc-max-age-10000',
    'oidcc-ensure-request-with-unknown-parameter-succeeds',
    'oidcc-id-token-hint',
    'oidcc-login-hint',
    'oidcc-ui-locales',
    'oidcc-claims-locales',
    'oidcc-ensure-request-with-acr-values-succeeds',
    'oidcc-codereuse',
    'oidcc-codereuse-30seconds',
    'oidcc-ensure-registered-redirect-uri',
    'oidcc-ensure-post-request-succeeds',
    'oidcc-server-client-secret-post',
    'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
    'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
    'oidcc-claims-essential',
    'oidcc-ensure-request-object-with-redirect-uri',
    'oidcc-refresh-token',
    'oidcc-ensure-request-with-valid-pkce-succeeds',
  ],
  'Config OP': ['oidcc-discovery-endpoint-verification'],
  'Dynamic OP': [
    'oidcc-discovery-endpoint-verification',
    'oidcc-server',
    'oidcc-idtoken-rs256',
    'oidcc-idtoken-unsigned',
    'oidcc-userinfo-rs256',
    'oidcc-ensure-redirect-uri-in-authorization-request',
    'oidcc-redirect-uri-query-OK',
    'oidcc-redirect-uri-query-mismatch',
    'oidcc-redirect-uri-query-added',
    'oidcc-redirect-uri-regfrag',
    'oidcc-registration-logo-uri',
    'oidcc-registration-policy-uri',
    'oidcc-registration-tos-uri',
    'oidcc-registration-jwks-uri',
    'oidcc-registration-sector-uri',
    'oidcc-registration-sector-bad',
    'oidcc-server-rotate-keys',
    'oidcc-ensure-request-object-with-redirect-uri',
    'oidcc-request-uri-unsigned',
    'oidcc-request-uri-signed-rs256',
    'oidcc-ensure-client-assertion-with-iss-aud-succeeds',
    'oidcc-refresh-token',
    'oidcc-refresh-token-rp-key-rotation',
  ],
  'RP-Initiated Logout OP': [
    'oidcc-rp-initiated-logout-discovery-endpoint-verification',
    'oidcc-rp-initiated-logout',
    'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-modified-id-token-hint',
    'oidcc-rp-initiated-logout-no-id-token-hint',
    'oidcc-rp-initiated-logout-no-params',
    'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-no-state',
    'oidcc-rp-initiated-logout-only-state',
    'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-bad-id-token-hint',
  ],
  'Back-Channel Logout OP': [
    'oidcc-backchannel-logout-discovery-endpoint-verification',
    'oidcc-backchannel-rp-initiated-logout',
  ],
  'Front-Channel Logout OP': [
    'oidcc-frontchannel-logout-discovery-endpoint-verification',
    'oidcc-frontchannel-rp-initiated-logout',
  ],
  'Session Management OP': [
    'oidcc-session-management-discovery-endpoint-verification',
    'oidcc-session-management-rp-initiated-logout',
  ],
};

const METADATA = ['MDT-IDP-001/metadata', 'MDT-IDP-002/at-issuer'];

/** Modules whose work checks of other names do. */
export const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'oidcc-server': ['MDT-IDP-007/relying-party', 'MDT-IDP-013/nonce', 'MDT-IDP-014/userinfo'],
  'oidcc-idtoken-signature': ['MDT-IDP-007/signed'],
  'oidcc-idtoken-rs256': ['MDT-IDP-007/signed'],
  'oidcc-codereuse': ['MDT-IDP-011/once'],
  'oidcc-ensure-registered-redirect-uri': ['MDT-IDP-012/elsewhere'],
  'oidcc-ensure-request-with-valid-pkce-succeeds': ['MDT-IDP-007/relying-party', 'MDT-IDP-009/wrong-verifier'],
  'oidcc-request-uri-unsigned': [
    'MDT-IDP-036/oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
  ],
  'oidcc-discovery-endpoint-verification': [...METADATA, 'MDT-IDP-055/public'],
  'oidcc-rp-initiated-logout-discovery-endpoint-verification': METADATA,
  'oidcc-backchannel-logout-discovery-endpoint-verification': METADATA,
  'oidcc-frontchannel-logout-discovery-endpoint-verification': METADATA,
  'oidcc-session-management-discovery-endpoint-verification': METADATA,
  'oidcc-backchannel-rp-initiated-logout': ['MDT-IDP-021/back-channel'],
  'oidcc-frontchannel-rp-initiated-logout': ['MDT-IDP-021/front-channel'],
};

const PAIRWISE = 'OpenID leaves it out of providers without pairwise subjects, which MDT-IDP-008 forbids';

/** Modules that nothing here does the work of, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'oidcc-registration-logo-uri':
    'a person has to look at the page; and a page of a login that fetches a picture from elsewhere tells elsewhere who logs in (MDT-IDP-049)',
  'oidcc-registration-sector-uri': PAIRWISE,
  'oidcc-registration-sector-bad': PAIRWISE,
};
