/** What OpenID's test modules are played on: an IdP that is born, a client of it, and somebody who is logged in there. */
import type { Life } from '../../../kit/life.ts';
import { answeredJson, type HttpResult } from '../../http-client.ts';
import { exchanged, follow } from '../../scenes/openid-logins.ts';
import { pathAt } from '../../scenes/openid-stage.ts';
import type { LogIn } from '../../scenes/openid-seen.ts';
import type { Subject } from '../../subject.ts';
import type { World } from '../../world.ts';
import type { Callbacks } from '../callbacks.ts';
import type { Manner, Person } from '../person.ts';
import { RelyingParty, type Request } from '../relying-party.ts';

export interface Desk {
  readonly world: World;
  readonly subject: Subject;
  readonly callbacks: Callbacks;
  readonly life: Life;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly client: RelyingParty;
  /** Is logged in at the client, and has agreed; `first` is how. */
  readonly person: Person;
  readonly first: LogIn;
  /** Another browser, whose session a module may end. */
  readonly leaver: Person;
}

/** Plays one module, and gives what was seen. */
export type Play<Seen> = (desk: Desk) => Promise<Seen>;

/** Modules, by what each shows. */
export type Plays<Seen> = { readonly [N in keyof Seen]: Play<Seen[N]> };

type Query = Readonly<Record<string, string | undefined>>;

export interface Asked extends Manner {
  readonly party?: RelyingParty;
  readonly person?: Person;
  /** Changes the address that openid-client has made. */
  readonly change?: (url: URL, request: Request) => void;
}

/** An authorization request, up to where a client is told something. */
export async function ask(desk: Desk, more: Query = {}, asked: Asked = {}): Promise<LogIn> {
  const { party = desk.client, person = desk.person, change, ...how } = asked;
  const request = await party.request(more);
  change?.(request.url, request);
  return follow(desk, person, request, how);
}

/** The same, and the tokens that come of it. */
export async function logIn(desk: Desk, more: Query = {}, asked: Asked = {}): Promise<LogIn> {
  return exchanged(asked.party ?? desk.client, await ask(desk, more, asked));
}

/** Registers a client for one module. */
export async function register(
  { subject, callbacks }: Pick<Desk, 'subject' | 'callbacks'>,
  name: string,
  metadata: Readonly<Record<string, unknown>> = {},
  shows?: Parameters<typeof RelyingParty.register>[2],
): ReturnType<typeof RelyingParty.register> {
  const common = { client_name: name, redirect_uris: [callbacks.at(`/${name}/cb`)] };
  return RelyingParty.register(subject, { ...common, ...metadata }, shows);
}

/** The same, where it has to succeed for the module to be played. */
export async function registered(...given: Parameters<typeof register>): Promise<RelyingParty> {
  const { answer, party } = await register(...given);
  if (!party) throw new ModuleStopped(`its client was not registered: ${answer.complaint ?? 'for no reason'}`);
  return party;
}

/** It did not come to what a module is about; that says nothing of its requirement. */
export class ModuleStopped extends Error {
  override readonly name = 'ModuleStopped';
}

/** A value that a module needs to go on. */
export function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new ModuleStopped(`there was no ${what}`);
  return value;
}

export function accessTokenOf(login: LogIn): string {
  return needed(login.tokens?.accessToken, 'access token');
}

/** What the IdP has at a place that its metadata name. */
export async function fetched(desk: Desk, name: string): Promise<HttpResult> {
  return desk.subject.http(needed(pathAt(desk.subject, desk.metadata[name]), name));
}

export function endpoint({ metadata }: Desk, name: string): string {
  const { [name]: url } = metadata;
  return needed(typeof url === 'string' ? url : undefined, name);
}

export function metadataOf(result: HttpResult): Record<string, unknown> {
  return (answeredJson(result) ?? {}) as Record<string, unknown>;
}
