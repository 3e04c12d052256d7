/** Chapter 12.3: IdPs whose registration is not open. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { HttpResult } from '../world/http-client.ts';
import type { ClosedSeen } from '../world/scenes/openid-closed.ts';
import { birthPayload } from './anchor-view.ts';
import { served } from './http-view.ts';
import { jsonOf } from './openid-view.ts';

const scenes = ['openid-by-token', 'openid-private'] as const;
const alone = ['openid-private'] as const;

export const openidClosed: Suite = {
  chapter: '12-openid-provider',
  checks: [
    check(
      'MDT-IDP-028',
      'shown',
      'whoever shows the initial access token is registered, at a private IdP the first',
      { quote: 'MUST register a client that shows its initial access token', scenes },
      ({ seen }) => {
        const byToken = answersOf(seen['openid-by-token']);
        for (const result of [...byToken.atOnce, byToken.later])
          equal(served(result, 'a registration with the token').status, 201, 'the status by token');
        const { atOnce } = answersOf(seen['openid-private']);
        const statuses = atOnce.map((result) => served(result, 'a registration with the token').status);
        holds(statuses.includes(201), 'a private IdP registers nobody', { expected: 'one 201', got: statuses });
      },
    ),
    check(
      'MDT-IDP-028',
      'not-shown',
      'whoever does not show the initial access token is refused',
      { quote: 'and refuse any other with status 401 and the error `invalid_token`', scenes, negative: true },
      ({ seen }) => {
        for (const scene of scenes) {
          const { strangers, atOnce, laterStranger } = answersOf(seen[scene]);
          if (!atOnce.some(isRegistered)) throw new Untestable('whoever shows the token is refused, too');
          for (const [how, result] of Object.entries({ ...strangers, 'without a token, afterwards': laterStranger })) {
            const what = `a registration ${how} (${scene})`;
            equal(served(result, what).status, 401, `the status of ${what}`);
            equal(jsonOf(result, what)['error'], 'invalid_token', `the error of ${what}`, '/error');
          }
        }
      },
    ),
    check(
      'MDT-IDP-029',
      'one-client',
      'a private IdP has one client, also where several ask at once',
      { quote: 'A private IdP MUST refuse a further client while it has one', scenes: alone, negative: true },
      ({ seen }) => {
        const { atOnce, later } = answersOf(seen['openid-private']);
        const statuses = [...atOnce, later].map((result) => served(result, 'a registration').status);
        if (!statuses.includes(201)) throw new Untestable('it registers nobody (MDT-IDP-028)');
        const refused = statuses.filter((status) => status >= 400 && status < 500);
        holds(refused.length === statuses.length - 1, 'a private IdP has more than one client', {
          expected: 'one 201, and refusals',
          got: statuses,
        });
      },
    ),
    check(
      'MDT-IDP-029',
      'unannounced',
      'the BIRTH of a private IdP leads nobody to it',
      { quote: 'and leave the host hint of its BIRTH empty', scenes: alone },
      ({ seen }) => {
        equal(birthPayload(seen['openid-private']).host_hint, '', 'the host hint', 'payload offset 47');
      },
    ),
  ],
};

type Answers = Required<Pick<ClosedSeen, 'strangers' | 'atOnce' | 'later' | 'laterStranger'>>;

function answersOf({ strangers, atOnce, later, laterStranger }: ClosedSeen): Answers {
  if (!strangers || !atOnce || !later || !laterStranger)
    throw new Untestable('nobody asked: the target was not born, or its metadata name no registration_endpoint');
  return { strangers, atOnce, later, laterStranger };
}

function isRegistered(result: HttpResult): boolean {
  return !('failed' in result) && result.status === 201;
}
