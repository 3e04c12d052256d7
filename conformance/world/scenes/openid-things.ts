/** A thing shows proofs of its key, right ones and wrong ones. */
import type { HttpResult } from '../http-client.ts';
import { RelyingParty } from '../openid/relying-party.ts';
import { ThingKey } from '../openid/thing.ts';
import { lookAtEntries } from './openid-entries.ts';
import type { OpenidStage, Parties } from './openid-stage.ts';

const HOUR_SECONDS = 3_600;

export async function exchangeAsThing(stage: OpenidStage, { a }: Parties): Promise<void> {
  const { subject, seen, world } = stage;
  const key = new ThingKey();
  const nonce = world.random.hex('nonce of a thing');
  const metadata = {
    ...{ client_name: 'a thing', milagro_kind: 'thing', token_endpoint_auth_method: 'private_key_jwt' },
    ...{ redirect_uris: [], response_types: [], grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'] },
    jwks: { keys: [key.jwk] },
  };
  const { answer: registered, party } = await RelyingParty.register(subject, metadata, await key.forClient());
  const common = { registered, audience: a.id, nonce };
  if (!party) {
    seen.things = { ...common, wrong: {} };
    return;
  }
  const show = async (claims: object, by: ThingKey = key): Promise<HttpResult> => {
    const token = by.subjectToken(party.id, subject.configuration.public.issuer, { nonce, ...claims });
    return (await party.exchangeToken(token, a.id)).result;
  };
  const token = key.subjectToken(party.id, subject.configuration.public.issuer, { nonce });
  const { result: right } = await party.exchangeToken(token, a.id);
  seen.entries['exchange'] = await lookAtEntries(subject, stage.places);
  const now = Math.floor(Date.now() / 1_000);
  const wrong = {
    'shown before': (await party.exchangeToken(token, a.id)).result,
    'that nobody has signed': (
      await party.exchangeToken(key.unsignedToken(party.id, subject.configuration.public.issuer, { nonce }), a.id)
    ).result,
    'by another key': await show({}, new ThingKey()),
    'by another issuer': await show({ iss: a.id }),
    'about another subject': await show({ sub: a.id }),
    'for another audience': await show({ aud: 'https://elsewhere.invalid' }),
    'that has expired': await show({ exp: now - HOUR_SECONDS }),
  };
  seen.things = { ...common, clientId: party.id, right, wrong };
}
