/** What an IdP that is not yet born answers at its endpoints; where these are, one that is born has said. */
import { answeredJson, type HttpResult } from '../http-client.ts';
import { isListening, Subject } from '../subject.ts';
import type { HttpAsk } from '../visitor.ts';
import type { World } from '../world.ts';
import { pathAt } from './openid-stage.ts';
import { GRACE, LISTENING_MS } from './timing.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const QUERY = 'client_id=nobody&response_type=code&scope=openid&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb';
const ENDPOINTS: Readonly<Record<string, { readonly query?: string; readonly asked?: HttpAsk }>> = {
  authorization_endpoint: { query: QUERY },
  token_endpoint: {
    asked: { method: 'POST', headers: FORM, body: 'grant_type=authorization_code&code=x&client_id=nobody' },
  },
  userinfo_endpoint: { asked: { headers: { authorization: 'Bearer nobody' } } },
  registration_endpoint: {
    asked: {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1/cb'] }),
    },
  },
  end_session_endpoint: {},
};

/** @param born one that has shown its metadata */
export async function askUnborn(
  world: World,
  born: Subject,
  metadata: HttpResult,
): Promise<Record<string, HttpResult> | undefined> {
  const told = (answeredJson(metadata) ?? {}) as Record<string, unknown>;
  const subject = await Subject.create(world, `${born.scene}, unborn`);
  try {
    const life = subject.launch();
    if (!(await life.line(isListening, LISTENING_MS * GRACE))) return undefined;
    const asked = Object.entries(ENDPOINTS).flatMap(([name, { query, asked: how }]) => {
      const path = pathAt(born, told[name]);
      return path === undefined
        ? []
        : [async () => [name, await subject.http(query === undefined ? path : `${path}?${query}`, how)] as const];
    });
    return Object.fromEntries(await Promise.all(asked.map((ask) => ask())));
  } finally {
    await subject.dispose();
  }
}
