/** Modules about what clients register. */
import type { LogIn } from '../../scenes/openid-seen.ts';
import type { Answer } from '../relying-party.ts';
import { ask, register, registered, type Desk, type Plays } from './desk.ts';

export interface LinkSeen {
  /** Where it is to lead. */
  readonly uri: string;
  readonly login: LogIn;
}

export interface ClientsSeen
  extends
    Record<`oidcc-redirect-uri-query-${'OK' | 'mismatch' | 'added'}`, LogIn>,
    Record<`oidcc-registration-${'policy' | 'tos'}-uri`, LinkSeen> {
  'oidcc-redirect-uri-regfrag': Answer;
}

export const CLIENTS: Plays<ClientsSeen> = {
  'oidcc-redirect-uri-query-OK': async (desk) => ask(desk, {}, { party: await questioning(desk) }),
  'oidcc-redirect-uri-query-mismatch': async (desk) => {
    const party = await questioning(desk);
    return ask(desk, { redirect_uri: party.redirectUri.replace('foo=bar', 'bar=foo') }, { party });
  },
  'oidcc-redirect-uri-query-added': async (desk) => ask(desk, { redirect_uri: `${desk.client.redirectUri}?foo=bar` }),
  'oidcc-redirect-uri-regfrag': async (desk) => {
    const redirect_uris = [desk.callbacks.at('/fragment/cb#here')];
    return (await register(desk, 'fragment', { redirect_uris })).answer;
  },
  'oidcc-registration-policy-uri': (desk) => linked(desk, 'policy_uri'),
  'oidcc-registration-tos-uri': (desk) => linked(desk, 'tos_uri'),
};

/** A client whose redirect URI has a query. */
async function questioning(desk: Desk): ReturnType<typeof registered> {
  return registered(desk, 'query', { redirect_uris: [desk.callbacks.at('/query/cb?foo=bar')] });
}

async function linked(desk: Desk, member: string): Promise<LinkSeen> {
  const uri = desk.callbacks.at(`/${member}`);
  const party = await registered(desk, `with-${member}`, { [member]: uri, client_uri: desk.callbacks.at('/') });
  return { uri, login: await ask(desk, { prompt: 'consent' }, { party }) };
}
