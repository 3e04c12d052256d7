/** IdPs at which not everybody may register: each is asked by those who have its token, and by those who have none. */
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { ChainTransaction } from '../chain-index.ts';
import { answeredJson, type HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { Subject, type Payment } from '../subject.ts';
import { OPENID_METADATA } from '../well-known.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { pathAt } from './openid-stage.ts';
import { onStage, type Scene } from './scene.ts';
import { GRACE, STOP_MS } from './timing.ts';

export interface ClosedSeen {
  configuration: LaunchConfiguration;
  lives: LifeRecord[];
  payment?: Payment;
  /** By what they show in the place of the token, before anybody is registered. */
  strangers?: Readonly<Record<string, HttpResult>>;
  /** Those who show the token and ask at the same time. */
  atOnce?: readonly HttpResult[];
  /** One that shows it when they have their answers, and one that does not. */
  later?: HttpResult;
  laterStranger?: HttpResult;
  descendants: ChainTransaction[];
}

const AT_ONCE = 3;

/** Registration is by token: whoever shows it may be a client. */
export const openidByToken: Scene<ClosedSeen> = closed('token', 'an IdP registers whoever shows its token');
/** It is for one client, which shows it. */
export const openidPrivate: Scene<ClosedSeen> = closed('private', 'an IdP is private to the first client that it has');

function closed(access: 'token' | 'private', title: string): Scene<ClosedSeen> {
  const play: Scene<ClosedSeen>['play'] = async (world, name) =>
    onStage(await Subject.create(world, name, {}, access), (subject) => beAsked(world, subject));
  return { title, profile: 'idp', play };
}

async function beAsked(world: World, subject: Subject): Promise<ClosedSeen> {
  const { configuration } = subject;
  const seen: ClosedSeen = { configuration, lives: [], descendants: [] };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (born) {
    const told = (answeredJson(await subject.http(OPENID_METADATA)) ?? {}) as Record<string, unknown>;
    const path = pathAt(subject, told['registration_endpoint']);
    if (path !== undefined) await register(world, subject, path, seen);
    await born.life.stop('SIGTERM', STOP_MS * GRACE);
    seen.lives.push(recordOf(born.life));
  }
  seen.descendants = await subject.descendants(seen.payment);
  return seen;
}

async function register(world: World, subject: Subject, path: string, seen: ClosedSeen): Promise<void> {
  const token = subject.configuration.registration?.initial_access_token ?? '';
  const ask = async (shown?: string): Promise<HttpResult> =>
    subject.http(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(shown !== undefined && { authorization: `Bearer ${shown}` }) },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1/cb'] }),
    });
  seen.strangers = {
    'without a token': await ask(),
    'with a token of nobody': await ask(`token-${world.random.hex('an initial access token of nobody')}`),
    'with half of the token': await ask(token.slice(0, token.length / 2)),
  };
  seen.atOnce = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(token)));
  seen.later = await ask(token);
  seen.laterStranger = await ask();
}
