/** A person leaves: clients are told, and nothing of the session is left. */
import type { Person } from '../openid/person.ts';
import { lookAtEntries } from './openid-entries.ts';
import { authorize, exchanged } from './openid-logins.ts';
import type { LogoutSeen } from './openid-seen.ts';
import type { OpenidStage, Parties } from './openid-stage.ts';

const TOLD_MS = 5_000;

export async function leave(stage: OpenidStage, person: Person, { a }: Parties): Promise<void> {
  const { callbacks, seen, subject, world } = stage;
  const idToken = seen.logins?.a.tokens?.idToken;
  if (idToken === undefined) return;
  const state = world.random.hex('state of a logout', 16);
  const url = a.endSession({
    ...{ id_token_hint: idToken, state },
    post_logout_redirect_uri: callbacks.at('/a/out'),
  });
  const went = await person.goTo(url, callbacks.at('/a/out'), { leaves: true });
  seen.entries['logout'] = await lookAtEntries(subject, stage.places);
  const [back, front] = [await callbacks.until('/a/back', TOLD_MS), await callbacks.until('/b/front', TOLD_MS)];
  const returned = callbacks.of('/a/out').at(-1);
  const silent = await authorize(stage, person, a, { prompt: 'none' });
  const plain = await authorize(stage, person, a, {}, { logsIn: false });
  const elsewhere = await leaveElsewhere(stage, person, a);
  seen.logout = {
    ...{ left: { idToken, went }, state, silent, plain },
    ...(returned && { returned }),
    ...(back && { back }),
    ...(front && { front }),
    ...(elsewhere && { elsewhere }),
  };
}

async function leaveElsewhere(stage: OpenidStage, person: Person, a: Parties['a']): Promise<LogoutSeen['elsewhere']> {
  const { callbacks } = stage;
  const { tokens } = await exchanged(a, await authorize(stage, person, a));
  if (tokens?.idToken === undefined) return undefined;
  const { idToken } = tokens;
  const url = a.endSession({ id_token_hint: idToken, post_logout_redirect_uri: callbacks.at('/a/elsewhere') });
  const went = await person.goTo(url, callbacks.at('/a/elsewhere'), { leaves: true });
  return { idToken, went, came: callbacks.of('/a/elsewhere') };
}
