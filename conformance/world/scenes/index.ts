/** Every scene by name. Checks ask for scenes; a scene is staged once a run, and only if a check asks for it. */
import { birth, type BirthSeen } from './birth.ts';
import { badLaunch, type BadLaunchSeen } from './bad-launch.ts';
import { killed, type KilledSeen } from './killed.ts';
import { otherGenesis, type OtherGenesisSeen } from './other-genesis.ts';
import { outage, type OutageSeen } from './outage.ts';
import { dry, type DrySeen } from './dry.ts';
import { reorganised, type ReorganisedSeen } from './reorganised.ts';
import { retired, type RetiredSeen } from './retired.ts';
import { stuck, type StuckSeen } from './stuck.ts';
import { succession, type SuccessionSeen } from './succession.ts';
import { unmade, type UnmadeSeen } from './unmade.ts';
import { poor, type PoorSeen } from './poor.ts';
import { canary, type CanarySeen } from './canary.ts';
import { logging, type LoggingSeen } from './logging.ts';
import { openidByToken, openidPrivate, type ClosedSeen } from './openid-closed.ts';
import { openid } from './openid.ts';
import { openidModules, type OpenidModulesSeen } from './openid-modules.ts';
import type { OpenidSeen } from './openid-seen.ts';
import { relay, type RelaySeen } from './relay.ts';
import { relayRegistering, type RelayRegisteringSeen } from './relay-registering.ts';
import { relayCanary, type RelayCanarySeen } from './relay-canary.ts';
import { relayKilled, type RelayKilledSeen } from './relay-killed.ts';
import { relayOutage, type RelayOutageSeen } from './relay-outage.ts';
import { relayReorganised, type RelayReorganisedSeen } from './relay-reorganised.ts';
import { logReorganised, type LogReorganisedSeen } from './log-reorganised.ts';
import type { Scene, Watched } from './scene.ts';
import { longHeaders, type LongHeadersSeen } from './long-headers.ts';

interface Seen {
  birth: BirthSeen;
  logging: LoggingSeen;
  canary: CanarySeen;
  'log-reorganised': LogReorganisedSeen;
  killed: KilledSeen;
  outage: OutageSeen;
  succession: SuccessionSeen;
  reorganised: ReorganisedSeen;
  unmade: UnmadeSeen;
  retired: RetiredSeen;
  dry: DrySeen;
  stuck: StuckSeen;
  poor: PoorSeen;
  'long-headers': LongHeadersSeen;
  'other-genesis': OtherGenesisSeen;
  openid: OpenidSeen;
  'openid-modules': OpenidModulesSeen;
  'openid-by-token': ClosedSeen;
  'openid-private': ClosedSeen;
  relay: RelaySeen;
  'relay-registering': RelayRegisteringSeen;
  'relay-killed': RelayKilledSeen;
  'relay-canary': RelayCanarySeen;
  'relay-outage': RelayOutageSeen;
  'relay-reorganised': RelayReorganisedSeen;
  'bad-launch': BadLaunchSeen;
}

export type SceneName = keyof Seen;

export type Observations = { readonly [S in SceneName]: Seen[S] & { readonly watched: Watched } };

/**
 * In the order in which they are staged: the birth first, because nothing else makes sense without it, then the longest, so
 * that none of them is waited for at the end.
 */
export const SCENES: { readonly [S in SceneName]: Scene<Seen[S]> } = {
  birth,
  'openid-modules': openidModules,
  openid,
  'relay-canary': relayCanary,
  canary,
  logging,
  'log-reorganised': logReorganised,
  unmade,
  poor,
  'relay-registering': relayRegistering,
  retired,
  'relay-reorganised': relayReorganised,
  succession,
  reorganised,
  killed,
  'relay-killed': relayKilled,
  relay,
  dry,
  'long-headers': longHeaders,
  stuck,
  'openid-by-token': openidByToken,
  'openid-private': openidPrivate,
  'relay-outage': relayOutage,
  outage,
  'bad-launch': badLaunch,
  'other-genesis': otherGenesis,
};
