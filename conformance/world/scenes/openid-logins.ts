/** A person logs in at clients of an IdP; codes are exchanged rightly and wrongly. */
import type { HttpResult } from '../http-client.ts';
import type { Manner, Person } from '../openid/person.ts';
import type { RelyingParty, Request } from '../openid/relying-party.ts';
import { lookAtEntries } from './openid-entries.ts';
import type { LogIn, Redeemed } from './openid-seen.ts';
import type { OpenidStage, Parties } from './openid-stage.ts';

export async function logInEverywhere(stage: OpenidStage, person: Person, parties: Parties): Promise<void> {
  const { seen, subject, places } = stage;
  const { a: partyA, b: partyB, spare } = parties;
  const begun = await authorize(stage, person, partyA);
  seen.entries['login'] = await lookAtEntries(subject, places);
  const a = await exchanged(partyA, begun);
  seen.entries['token'] = await lookAtEntries(subject, places);
  const b = await exchanged(partyB, await authorize(stage, person, partyB));
  const userInfo = await userInfoOf(partyA, a);
  const userInfoOfB = await userInfoOf(partyB, b);
  const silent = await authorize(stage, person, partyA, { prompt: 'none' });
  const noChallenge = { code_challenge: undefined, code_challenge_method: undefined };
  const unchallenged = await authorize(stage, person, partyB, noChallenge);
  const elsewhere: LogIn[] = [];
  for (const redirect_uri of strangersOf(partyA.redirectUri))
    elsewhere.push(await authorize(stage, person, partyA, { redirect_uri }));
  const wrongVerifier = await redeemed(stage, person, spare, ({ verifier }) => reversed(verifier));
  const noVerifier = await redeemed(stage, person, spare, () => undefined);
  const first = await redeemed(stage, person, spare, ({ verifier }) => verifier);
  const again = first && (await redeem(spare, first.login, first.login.request.verifier));
  seen.logins = {
    ...{ a, b, silent, unchallenged, elsewhere },
    ...(userInfo && { userInfo }),
    ...(userInfoOfB && { userInfoOfB }),
    ...(wrongVerifier && { wrongVerifier }),
    ...(noVerifier && { noVerifier }),
    ...(first && { first }),
    ...(again && { again }),
  };
}

/** An authorization request in the browser of a person, up to where the client is told something. */
export async function authorize(
  { callbacks }: Pick<OpenidStage, 'callbacks'>,
  person: Person,
  party: RelyingParty,
  more: Readonly<Record<string, string | undefined>> = {},
  how: Manner = {},
): Promise<LogIn> {
  return follow({ callbacks }, person, await party.request(more), how);
}

/** A request that was made, likewise. */
export async function follow(
  { callbacks }: Pick<OpenidStage, 'callbacks'>,
  person: Person,
  request: Request,
  how: Manner,
): Promise<LogIn> {
  const { post } = how;
  const went = await (post
    ? person.goTo(request.url, callbacks.origin, how)
    : person.request(request.url, callbacks.origin, how));
  return { request, went, ...(went.url.startsWith(callbacks.origin) && { response: went.url }) };
}

export async function exchanged(party: RelyingParty, login: LogIn): Promise<LogIn> {
  if (codeIn(login) === undefined) return login;
  return { ...login, tokens: await party.exchange(login.request, login.response ?? '') };
}

/** What an authorization response says. */
export function responseOf({ response }: LogIn): URLSearchParams | undefined {
  return response === undefined ? undefined : new URL(response).searchParams;
}

export function codeIn(login: LogIn): string | undefined {
  return responseOf(login)?.get('code') ?? undefined;
}

async function redeemed(
  stage: OpenidStage,
  person: Person,
  party: RelyingParty,
  verifierOf: (request: Request) => string | undefined,
): Promise<Redeemed | undefined> {
  const login = await authorize(stage, person, party);
  return redeem(party, login, verifierOf(login.request));
}

async function redeem(party: RelyingParty, login: LogIn, verifier: string | undefined): Promise<Redeemed | undefined> {
  const code = codeIn(login);
  if (code === undefined) return undefined;
  return { login, result: await party.redeem(code, login.request.redirectUri, verifier) };
}

async function userInfoOf(party: RelyingParty, { tokens }: LogIn): Promise<HttpResult | undefined> {
  return tokens?.accessToken === undefined ? undefined : party.userInfo(tokens.accessToken);
}

/** Longer than what is registered, with a query, and with another letter. */
function strangersOf(redirectUri: string): string[] {
  return [`${redirectUri}/more`, `${redirectUri}?more=1`, redirectUri.replace(/cb$/, 'CB')];
}

/** As long, and of the same characters. */
function reversed(verifier: string): string {
  return [...verifier].reverse().join('');
}
