/** Clients register at an IdP, and one of them is managed by who may and who may not. */
import { answeredJson, type HttpResult } from '../http-client.ts';
import { RelyingParty } from '../openid/relying-party.ts';
import { lookAtEntries } from './openid-entries.ts';
import type { OpenidStage, Parties } from './openid-stage.ts';

export const CHANGED_NAME = 'changed by its owner';
const WRONG_NAME = 'changed by another';

export async function registerParties(stage: OpenidStage): Promise<Parties | undefined> {
  const { callbacks, subject } = stage;
  const asked = {
    a: {
      client_name: 'a client with a secret',
      redirect_uris: [callbacks.at('/a/cb')],
      post_logout_redirect_uris: [callbacks.at('/a/out')],
      backchannel_logout_uri: callbacks.at('/a/back'),
      backchannel_logout_session_required: true,
    },
    b: {
      client_name: 'a client without a secret',
      token_endpoint_auth_method: 'none',
      redirect_uris: [callbacks.at('/b/cb')],
      frontchannel_logout_uri: callbacks.at('/b/front'),
      frontchannel_logout_session_required: true,
    },
    spare: { client_name: 'a client to spare', redirect_uris: [callbacks.at('/spare/cb')] },
  };
  const [a, b, spare] = [
    await RelyingParty.register(subject, asked.a),
    await RelyingParty.register(subject, asked.b),
    await RelyingParty.register(subject, asked.spare),
  ];
  stage.seen.registrations = {
    a: { asked: asked.a, answer: a.answer },
    b: { asked: asked.b, answer: b.answer },
    spare: { asked: asked.spare, answer: spare.answer },
  };
  stage.seen.entries['registrations'] = await lookAtEntries(subject, stage.places);
  return a.party && b.party && spare.party ? { a: a.party, b: b.party, spare: spare.party } : undefined;
}

/** Afterwards the client is gone. */
export async function manage({ seen, world }: OpenidStage, { spare, b }: Parties): Promise<void> {
  const stranger = world.random.hex('a registration access token of nobody');
  const read = await spare.manage('GET', spare.managedBy);
  const registered = (answeredJson(read) ?? {}) as Readonly<Record<string, unknown>>;
  const readWrongly = {
    'without a token': await spare.manage('GET', undefined),
    'with a token of nobody': await spare.manage('GET', stranger),
    'with the token of another client': await spare.manage('GET', b.managedBy),
  };
  const changed = await spare.manage('PUT', spare.managedBy, changing(registered, CHANGED_NAME));
  const token = tokenIn(changed) ?? spare.managedBy;
  const changedWrongly = await spare.manage('PUT', stranger, changing(registered, WRONG_NAME));
  const removedWrongly = await spare.manage('DELETE', stranger);
  const byAnother = {
    'changing with the token of another client': await spare.manage(
      'PUT',
      b.managedBy,
      changing(registered, WRONG_NAME),
    ),
    'removing with the token of another client': await spare.manage('DELETE', b.managedBy),
  };
  const kept = await spare.manage('GET', token);
  const removed = await spare.manage('DELETE', tokenIn(kept) ?? token);
  const gone = await spare.manage('GET', tokenIn(kept) ?? token);
  seen.management = { read, readWrongly, changed, changedWrongly, removedWrongly, byAnother, kept, removed, gone };
}

/** RFC 7592, 2.2: all that is registered, without what the server alone gives. */
function changing(registered: Readonly<Record<string, unknown>>, name: string): object {
  const {
    registration_access_token: _token,
    registration_client_uri: _uri,
    client_secret_expires_at: _expires,
    client_id_issued_at: _issued,
    ...mine
  } = registered;
  return { ...mine, client_name: name };
}

/** A server may give another token with each answer (RFC 7592, 2). */
function tokenIn(result: HttpResult): string | undefined {
  const { registration_access_token: token } = (answeredJson(result) ?? {}) as { registration_access_token?: unknown };
  return typeof token === 'string' ? token : undefined;
}
