/** The suites in reading order; a chapter has one for each of its concepts. */
import type { Suite } from '../kit/check.ts';
import { anchors } from './02-anchors.ts';
import { birthRecord } from './03-birth-record.ts';
import { successorRecord } from './03-successor-record.ts';
import { certification } from './certification.ts';
import { controlLines } from './control-lines.ts';
import { eventOrder } from './event-order.ts';
import { documents } from './01-documents.ts';
import { hostingByGrpc } from './03-hosting-grpc.ts';
import { caching } from './03-hosting-caching.ts';
import { hostingErrors } from './03-hosting-errors.ts';
import { hostingByHttp } from './03-hosting-http.ts';
import { keys } from './04-keys.ts';
import { secrets } from './04-secrets.ts';
import { chain } from './02-chain.ts';
import { lineage } from './02-lineage.ts';
import { locatorAndProofs } from './05-locators-and-proofs.ts';
import { reorganisedProofs } from './05-reorganised.ts';
import { broadcasting } from './06-broadcasting.ts';
import { hostingUnmade, proofsUnmade, unmade } from './06-unmade.ts';
import { succession } from './06-succession.ts';
import { anchorsLater, documentsLater, hostingLater, proofsLater } from './06-succession-elsewhere.ts';

import { documentsOfLogs } from './01-documents-of-logs.ts';
import { logEntries } from './08-entries.ts';
import { activityLog } from './08-log.ts';
import { canaryUnready, logUnready } from './08-not-ready.ts';
import { canaryRetired, logRetired } from './08-retired.ts';
import { logProofs } from './08-proofs.ts';
import { activityRoots } from './08-roots.ts';
import { logAnchors } from './08-anchors.ts';
import { logSucceeded, statusSucceeded } from './08-succession.ts';
import { status } from './09-status.ts';
import { relayStatusAnchors } from './09-status-relay.ts';
import { relayChain } from './11-relay-chain.ts';
import { relayAnchors } from './11-relay-anchors.ts';
import { relayCoin } from './11-relay-coin.ts';
import { relayRegistrations } from './11-relay-registrations.ts';
import { relayReorganisedSuite } from './11-relay-reorganised.ts';
import { relayMoments } from './11-relay-moments.ts';
import { relayBadDays } from './11-relay-bad-days.ts';
import { openidClients } from './12-openid-clients.ts';
import { openidLeaving } from './12-openid-leaving.ts';
import { openidClosed } from './12-openid-closed.ts';
import { openidLog } from './12-openid-log.ts';
import { openidMetadata } from './12-openid-metadata.ts';
import { openidRelying } from './12-openid-relying.ts';
import { openidRequests } from './12-openid-requests.ts';
import { openidSessions } from './12-openid-sessions.ts';
import { openidSucceeded } from './12-openid-succession.ts';
import { openidStrangers } from './12-openid-strangers.ts';
import { openidTokens } from './12-openid-tokens.ts';
import { heartbeatsGiveWay, statusAnchors } from './09-status-anchors.ts';

export const SUITES: readonly Suite[] = [
  documents,
  documentsLater,
  documentsOfLogs,
  anchors,
  lineage,
  anchorsLater,
  chain,
  birthRecord,
  successorRecord,
  hostingByHttp,
  caching,
  hostingErrors,
  hostingByGrpc,
  hostingLater,
  hostingUnmade,
  keys,
  secrets,
  locatorAndProofs,
  proofsLater,
  proofsUnmade,
  reorganisedProofs,
  broadcasting,
  succession,
  unmade,
  heartbeatsGiveWay,
  logEntries,
  activityLog,
  logProofs,
  activityRoots,
  logAnchors,
  logSucceeded,
  logUnready,
  logRetired,
  status,
  statusAnchors,
  relayStatusAnchors,
  statusSucceeded,
  canaryUnready,
  canaryRetired,
  relayChain,
  relayAnchors,
  relayCoin,
  relayRegistrations,
  relayReorganisedSuite,
  relayMoments,
  relayBadDays,
  openidMetadata,
  openidSucceeded,
  openidTokens,
  openidStrangers,
  openidClients,
  openidClosed,
  openidSessions,
  openidLog,
  openidRequests,
  openidRelying,
  openidLeaving,
  certification,
  eventOrder,
  controlLines,
];
