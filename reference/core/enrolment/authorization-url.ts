/** The address that a PAT opens to log in for an enrolment (spec 13.2, 13.3). */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { MdtError } from '../errors.ts';
import { taggedHash } from '../tagged-hash.ts';

const NONCE_TAG = 'MDT/1/enroll-nonce';

/** Who enrols where, by whom. */
export interface EnrolmentParties {
  /** `entity_id` of the D-TA, 32 octets. */
  readonly dtaEntityId: Uint8Array;
  /** Of the PAT, secp256k1, compressed, 33 octets. */
  readonly publicKey: Uint8Array;
  /** Of the IdP's record in force. */
  readonly issuer: string;
  /** 32 octets that the D-TA has drawn. */
  readonly salt: Uint8Array;
}

/** `nonce` of the authentication request: base64url of 32 octets. */
function enrolmentNonce({ dtaEntityId, publicKey, issuer, salt }: EnrolmentParties): string {
  const octets = taggedHash(NONCE_TAG, concatBytes(dtaEntityId, publicKey, sha256(utf8ToBytes(issuer)), salt));
  return Buffer.from(octets).toString('base64url');
}

/**
 * Lets an authorization URL pass, or refuses it.
 * @param endpoint `authorization_endpoint` of the verified IdP
 * @throws MdtError MDT_AUTHORIZATION_URL, MDT_AUTHORIZATION_REQUEST, MDT_ENROLLMENT_NONCE, with the parameter at fault
 */
export function checkAuthorizationUrl(url: string, endpoint: string, parties: EnrolmentParties): void {
  checkPlace(url, endpoint);
  const parameters = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  checkRequest(parameters);
  if (parameters.get('nonce') !== enrolmentNonce(parties))
    throw new MdtError('MDT_ENROLLMENT_NONCE', 'the nonce is that of another enrolment', { field: 'nonce' });
}

function checkPlace(url: string, endpoint: string): void {
  const [place = ''] = url.split('?', 1);
  const [expected = ''] = endpoint.split('?', 1);
  if (place !== expected || !url.includes('?') || url.includes('#'))
    throw new MdtError('MDT_AUTHORIZATION_URL', "it is not the IdP's authorization endpoint", { field: 'url' });
}

/** What each parameter has to be. */
const RULES: Readonly<Record<string, (value: string | null) => boolean>> = {
  request: (value) => value === null,
  request_uri: (value) => value === null,
  response_type: (value) => value === 'code',
  code_challenge_method: (value) => value === 'S256',
  code_challenge: (value) => value !== null && value !== '',
  scope: (value) => words(value).includes('openid'),
  prompt: (value) => words(value).includes('login'),
};

function checkRequest(parameters: URLSearchParams): void {
  const names = [...parameters.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const wrong = twice ?? Object.keys(RULES).find((name) => RULES[name]?.(parameters.get(name)) === false);
  if (wrong === undefined) return;
  const what = twice === undefined ? 'it is not the request of an enrolment' : 'a parameter stands twice';
  throw new MdtError('MDT_AUTHORIZATION_REQUEST', what, { field: wrong });
}

function words(value: string | null): string[] {
  return (value ?? '').split(' ');
}
