/** Checks that do the work of one of OpenID's test modules, by its name. */
import { check, type Check } from '../kit/check.ts';
import { holds, Untestable } from '../kit/expect.ts';
import type { Feature } from '../world/claims.ts';
import type { ModuleName, ModulesSeen } from '../world/openid/modules/index.ts';
import { codeIn, responseOf } from '../world/scenes/openid-logins.ts';
import type { OpenidModulesSeen } from '../world/scenes/openid-modules.ts';
import type { LogIn } from '../world/scenes/openid-seen.ts';
import { claimsOf, stands, type Claims } from './openid-view.ts';

const scenes = ['openid-modules'] as const;

interface About {
  readonly title: string;
  readonly quote: string;
  readonly negative?: boolean;
  readonly feature?: Feature;
}

/** @param judge what the module showed */
export function moduleCheck<N extends ModuleName>(
  requirement: string,
  name: N,
  { title, ...options }: About,
  judge: (shown: ModulesSeen[N], seen: OpenidModulesSeen) => void,
): Check {
  return check(requirement, name, title, { ...options, scenes }, ({ seen }) => {
    const all = seen['openid-modules'];
    const { [name]: shown } = all as Partial<ModulesSeen>;
    if (shown === undefined) throw whyNotShown(name, all);
    judge(shown, all);
  });
}

function whyNotShown(name: ModuleName, { nobody, stopped, broken }: OpenidModulesSeen): Error {
  if (nobody !== undefined) return new Untestable(nobody);
  if (stopped[name] !== undefined) return new Untestable(stopped[name]);
  return new Error(broken[name] ?? 'the module was not played');
}

/** The login led to a code, which gave an ID Token that openid-client takes. */
export function succeeds(login: LogIn, what = 'the login'): Claims {
  holds(codeIn(login) !== undefined, `${what} leads to no code`, {
    expected: 'an authorization response with a code',
    got: stands(login),
  });
  const { tokens } = login;
  holds(tokens?.complaint === undefined && tokens?.idToken !== undefined, `${what} gives no ID Token`, {
    expected: 'an ID Token that openid-client takes',
    got: tokens?.complaint,
  });
  return claimsOf(tokens?.idToken ?? '');
}

/** It was answered with one of these errors. */
export function isAnswered(login: LogIn, errors: readonly string[], what = 'the request'): void {
  const error = responseOf(login)?.get('error') ?? undefined;
  holds(error !== undefined && errors.includes(error), `${what} is answered otherwise`, {
    expected: errors.join(' or '),
    got: error ?? stands(login),
    field: 'error',
  });
}

/** The browser stands at a page of the IdP, of whatever status (no RFC gives it one), and nobody was asked to log in. */
export function isRefusedByPage({ went, response }: LogIn, what: string): void {
  holds(response === undefined && went.status !== undefined && !went.asked, `${what} is not refused`, {
    expected: 'a page of the IdP that asks for no login',
    got: response ?? `${String(went.status)} ${went.url}: ${went.text.slice(0, 200)}`,
  });
}

/** A number of a claim, seconds since 1970. */
export function timeOf(claims: Claims, name: string): number {
  const { [name]: time } = claims;
  holds(typeof time === 'number', `the ID Token has no ${name}`, { expected: 'a time', got: time, field: name });
  return time as number;
}
