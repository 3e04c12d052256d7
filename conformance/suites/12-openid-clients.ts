/** Chapter 12.3, 12.7: clients of an IdP, and things. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { CHANGED_NAME } from '../world/scenes/openid-clients.ts';
import type { ManagementSeen, OpenidSeen, ThingsSeen } from '../world/scenes/openid-seen.ts';
import type { HttpResult } from '../world/http-client.ts';
import { isThere, served } from './http-view.ts';
import { claimsOf, goodJson, idTokenOf, jsonOf, loginsOf, refusedWith, successOf } from './openid-view.ts';

const scenes = ['openid'] as const;
const CHAPTER = '12-openid-provider';
const ID_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:id_token';

export const openidClients: Suite = {
  chapter: CHAPTER,
  checks: [
    check(
      'MDT-IDP-015',
      'registered',
      'whoever asks for the code flow is registered, and told what manages it',
      { quote: 'and answer status 201 with its metadata, `client_id` and what manages it', scenes },
      ({ seen }) => {
        const { registrations } = seen.openid;
        if (!registrations) throw new Untestable('nobody asked: the target was not born');
        for (const { asked, answer } of [registrations.a, registrations.b, registrations.spare]) {
          const name = String(asked['client_name']);
          equal(served(answer.result, name).status, 201, `the status for ${name}`);
          const said = jsonOf(answer.result, name);
          for (const member of ['client_id', 'registration_access_token', 'registration_client_uri'])
            holds(typeof said[member] === 'string' && said[member] !== '', `${name} is not told its ${member}`, {
              expected: 'a string',
              got: said[member],
              field: `/${member}`,
            });
          equal(said['redirect_uris'], asked['redirect_uris'], `redirect_uris of ${name}`, '/redirect_uris');
          equal(answer.complaint, undefined, 'what openid-client complains of');
        }
      },
    ),
    check(
      'MDT-IDP-016',
      'owner',
      'what is registered can be read, changed and removed by its token',
      { quote: 'MUST be readable, changeable and removable at `registration_client_uri`', scenes },
      ({ seen }) => {
        const { read, changed, kept, removed, gone } = managementOf(seen.openid);
        equal(served(read, 'what is registered').status, 200, 'the status');
        equal(served(changed, 'a change').status, 200, 'the status of a change');
        equal(jsonOf(kept, 'what was changed')['client_name'], CHANGED_NAME, 'the name', '/client_name');
        equal(served(removed, 'a removal').status, 204, 'the status of a removal');
        const { status } = served(gone, 'what was removed');
        holds(status === 401 || status === 403 || status === 404, 'what was removed is there', {
          expected: '401',
          got: status,
        });
      },
    ),
    check(
      'MDT-IDP-016',
      'others',
      'nobody else reads, changes or removes what is registered',
      { quote: 'and by nobody without it', scenes, negative: true },
      ({ seen }) => {
        const { read, readWrongly, changedWrongly, removedWrongly, byAnother, kept } = managementOf(seen.openid);
        if (!isThere(read)) throw new Untestable('it cannot be read by its token either');
        for (const [how, result] of Object.entries(readWrongly)) isUnauthorized(result, `reading ${how}`);
        isUnauthorized(changedWrongly, 'changing with a token of nobody');
        isUnauthorized(removedWrongly, 'removing with a token of nobody');
        for (const [how, result] of Object.entries(byAnother)) isUnauthorized(result, how);
        equal(served(kept, 'what is registered after that').status, 200, 'the status after that');
      },
    ),
    check(
      'MDT-IDP-017',
      'clients',
      'clients hold after a kill',
      { quote: 'Clients that were registered, and access tokens that were issued, MUST hold', scenes },
      ({ seen }) => {
        const { restarted, registrations } = seen.openid;
        if (restarted?.ready !== true) throw new Untestable('it was not ready again (MDT-TGT-005)');
        const { client_id: id } = goodJson(registrations?.a.answer.result, 'the registration', 201);
        equal(served(restarted.client, 'the client after a restart').status, 200, 'the status');
        equal(jsonOf(restarted.client, 'the client after a restart')['client_id'], id, 'the client', '/client_id');
        if (!restarted.login) return;
        successOf(restarted.login, 'a login after a restart');
        const { result } = restarted.login.tokens ?? {};
        equal(served(result, 'an exchange after a restart').status, 200, 'the status of an exchange');
      },
    ),
    check(
      'MDT-IDP-017',
      'tokens',
      'access tokens hold after a kill',
      { quote: 'and access tokens that were issued, MUST hold after the process was killed and started again', scenes },
      ({ seen }) => {
        const { a, userInfo } = loginsOf(seen.openid);
        const { restarted } = seen.openid;
        if (restarted?.ready !== true) throw new Untestable('it was not ready again (MDT-TGT-005)');
        if (!isThere(userInfo)) throw new Untestable('the access token was of no use before (MDT-IDP-014)');
        equal(served(restarted.userInfo, 'UserInfo after a restart').status, 200, 'the status');
        const { sub } = claimsOf(idTokenOf(a, 'the login before'));
        equal(jsonOf(restarted.userInfo, 'UserInfo after a restart')['sub'], sub, 'sub', '/sub');
      },
    ),
    check(
      'MDT-IDP-026',
      'thing',
      'a thing gets an ID Token about itself for another client',
      { quote: 'whose `aud` is the audience and whose `nonce` is that of the subject token', scenes },
      ({ seen }) => {
        const { right, clientId, audience, nonce } = thingsOf(seen.openid);
        equal(served(right, 'a token exchange').status, 200, 'the status');
        const answer = jsonOf(right, 'a token exchange');
        equal(answer['issued_token_type'], ID_TOKEN_TYPE, 'issued_token_type', '/issued_token_type');
        equal(answer['token_type'], 'N_A', 'token_type', '/token_type');
        const claims = claimsOf(String(answer['access_token']));
        equal(claims['sub'], clientId, 'sub', 'sub');
        equal([claims['aud']].flat(), [audience], 'aud', 'aud');
        equal(claims['nonce'], nonce, 'nonce', 'nonce');
      },
    ),
    check(
      'MDT-IDP-027',
      'wrong-proofs',
      'a proof that is not right gives no ID Token',
      { quote: 'has expired, or was shown before, with `invalid_grant`', scenes, negative: true },
      ({ seen }) => {
        const { right, wrong } = thingsOf(seen.openid);
        if (!isThere(right)) throw new Untestable('a right proof is refused, too (MDT-IDP-026)');
        for (const [how, result] of Object.entries(wrong))
          refusedWith(result, 'invalid_grant', `a subject token ${how}`);
      },
    ),
  ],
};

function managementOf({ management }: OpenidSeen): ManagementSeen {
  if (!management) throw new Untestable('no client was registered to be managed (MDT-IDP-015)');
  return management;
}

function thingsOf({ things }: OpenidSeen): ThingsSeen & { readonly clientId: string } {
  if (!things) throw new Untestable('no client was registered that a thing could ask a token for (MDT-IDP-015)');
  const { clientId, registered } = things;
  if (clientId === undefined) throw new Untestable(`the thing was not registered: ${registered.complaint ?? ''}`);
  return { ...things, clientId };
}

function isUnauthorized(result: HttpResult | undefined, what: string): void {
  const { status } = served(result, what);
  holds(status === 401 || status === 403, `${what} is not refused`, { expected: '401', got: status });
}
