/** What strangers try at an IdP: codes, secrets and tokens that are not theirs, another person, and a wrong password. */
import type { HttpResult } from '../http-client.ts';
import { Person } from '../openid/person.ts';
import type { RelyingParty } from '../openid/relying-party.ts';
import { authorize, codeIn, exchanged } from './openid-logins.ts';
import type { LogIn, StrangersSeen } from './openid-seen.ts';
import type { OpenidStage, Parties } from './openid-stage.ts';

export async function tryAsStrangers(stage: OpenidStage, person: Person, parties: Parties): Promise<StrangersSeen> {
  const { a, b, spare } = parties;
  const codeOf = async (party: RelyingParty): Promise<LogIn> => authorize(stage, person, party);
  const redeem = async (by: RelyingParty, login: LogIn, uri = login.request.redirectUri): Promise<HttpResult> =>
    by.redeem(codeIn(login) ?? '', uri, login.request.verifier);
  const ofAnother = await redeem(spare, await codeOf(a));
  const otherUri = await redeem(spare, await codeOf(spare), `${spare.redirectUri}/more`);
  const shown = async (secret: string | undefined): Promise<HttpResult> => {
    const login = await codeOf(spare);
    const { redirectUri, verifier } = login.request;
    const form = { grant_type: 'authorization_code', code: codeIn(login) ?? '', redirect_uri: redirectUri };
    const basic = secret === undefined ? undefined : `${spare.id}:${secret}`;
    return spare.token({ ...form, code_verifier: verifier, client_id: spare.id }, basic);
  };
  const noSecret = await shown(undefined);
  const wrongSecret = await shown(`${(spare.secret ?? '').slice(0, -4)}0000`);
  const plain = await authorize(stage, person, b, { code_challenge_method: 'plain' });
  const uriOfAnother = await authorize(stage, person, a, { redirect_uri: b.redirectUri });
  const junk = await a.userInfo(stage.world.random.hex('an access token of nobody'));
  return {
    ...{ ofAnother, otherUri, noSecret, wrongSecret, plain, uriOfAnother, junk },
    ...{ nobody: await a.userInfo(undefined) },
    ...(await others(stage, a)),
  };
}

/** Somebody else with an account, and somebody who has the name of one and no password. */
async function others(stage: OpenidStage, a: RelyingParty): Promise<Pick<StrangersSeen, 'second' | 'wrongPassword'>> {
  const { world, subject } = stage;
  const second = await Person.arrive(world, subject, ([, other]) => other);
  const wrong = await Person.arrive(world, subject, ([first]) => first && { ...first, password: 'of nobody at all' });
  try {
    return {
      ...(second && { second: await exchanged(a, await authorize(stage, second, a)) }),
      ...(wrong && { wrongPassword: await authorize(stage, wrong, a) }),
    };
  } finally {
    await second?.leave();
    await wrong?.leave();
  }
}
