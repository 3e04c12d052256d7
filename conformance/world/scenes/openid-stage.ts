/** What the acts of the scene of an IdP share: the target, a person with a browser, and where clients are told things. */
import type { Life } from '../../kit/life.ts';
import type { Callbacks } from '../openid/callbacks.ts';
import type { Person } from '../openid/person.ts';
import type { RelyingParty } from '../openid/relying-party.ts';
import type { Subject } from '../subject.ts';
import type { World } from '../world.ts';
import type { LogPlaces } from './log-looking.ts';
import type { OpenidSeen } from './openid-seen.ts';

export interface OpenidStage {
  readonly world: World;
  readonly subject: Subject;
  readonly seen: OpenidSeen;
  readonly callbacks: Callbacks;
  readonly places: LogPlaces;
  readonly person: Person | undefined;
  life: Life;
}

/** Clients of the scene: with a secret and told by its server, without one and told by the browser, and one to spare. */
export interface Parties {
  readonly a: RelyingParty;
  readonly b: RelyingParty;
  readonly spare: RelyingParty;
}

/** Path of a URL at the target; `undefined` where it is elsewhere. */
export function pathAt({ configuration }: Subject, url: unknown): string | undefined {
  const { issuer } = configuration.public;
  return typeof url === 'string' && url.startsWith(`${issuer}/`) ? url.slice(issuer.length) : undefined;
}
