/**
 * An IdP at its work: clients register, a person logs in at them and leaves, a thing shows that it has its key; the IdP is
 * killed in between; and what it entered into its log is read.
 */
import { answeredJson, type HttpResult } from '../http-client.ts';
import { recordOf } from '../life-record.ts';
import { BROWSER_FIX, findBrowser } from '../openid/browser.ts';
import { Callbacks } from '../openid/callbacks.ts';
import { Person } from '../openid/person.ts';
import { isReady, Subject } from '../subject.ts';
import { RECORD } from '../well-known.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { placesOf } from './log-looking.ts';
import { manage, registerParties } from './openid-clients.ts';
import { authorize, exchanged, logInEverywhere } from './openid-logins.ts';
import { lookAtEntries } from './openid-entries.ts';
import { leave } from './openid-logout.ts';
import type { OpenidSeen } from './openid-seen.ts';
import { pathAt, type OpenidStage, type Parties } from './openid-stage.ts';
import { tryAsStrangers } from './openid-strangers.ts';
import { exchangeAsThing } from './openid-things.ts';
import { askUnborn } from './openid-unready.ts';
import { onStage, type Reveal, type Scene } from './scene.ts';
import { GRACE, READY_MS, STOP_MS } from './timing.ts';

const METADATA = '/.well-known/openid-configuration';
const WEBFINGER = '/.well-known/webfinger';

export const openid: Scene<OpenidSeen> = {
  title: 'an IdP registers clients, a person logs in and leaves, and a thing proves its key',
  profile: 'idp',
  play: async (world, name, reveal) =>
    onStage(await Subject.create(world, name), (subject) => play(world, subject, reveal)),
};

async function play(world: World, subject: Subject, reveal: Reveal<OpenidSeen>): Promise<OpenidSeen> {
  const seen: OpenidSeen = { configuration: subject.configuration, lives: [], entries: {} };
  reveal({ configuration: seen.configuration });
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (!born) return seen;
  const callbacks = await Callbacks.listen(world.launcher.hostAddress);
  const person = await Person.arrive(world, subject);
  try {
    const places = await placesOf(subject);
    const stage: OpenidStage = { world, subject, seen, callbacks, places, person, life: born.life };
    await look(subject, seen);
    const show: Show = (...members) => reveal(Object.fromEntries(members.map((member) => [member, seen[member]])));
    show('record', 'metadata', 'metadataByGrpc', 'jwks', 'checkSession', 'webFinger');
    const unborn = askUnborn(world, subject, seen.metadata?.result ?? { failed: 'nothing was asked' });
    await act(stage, show);
    const unready = await unborn;
    if (unready) seen.unready = unready;
    await stage.life.stop('SIGTERM', STOP_MS * GRACE);
    seen.lives.push(recordOf(stage.life));
  } finally {
    await person?.leave();
    await callbacks.close();
  }
  return seen;
}

/** Reveals members, those that are not there too: there will be none. */
type Show = (...members: (keyof OpenidSeen)[]) => void;

async function act(stage: OpenidStage, show: Show): Promise<void> {
  const { seen, person } = stage;
  const parties = await registerParties(stage);
  if (!person) seen.nobody = nobody(stage);
  show('registrations', 'nobody');
  if (!parties) return;
  await exchangeAsThing(stage, parties);
  show('things');
  if (person) await logInEverywhere(stage, person, parties);
  show('logins');
  if (person) seen.strangers = await tryAsStrangers(stage, person, parties);
  show('strangers');
  await manage(stage, parties);
  show('management');
  seen.entries['end'] = await lookAtEntries(stage.subject, stage.places);
  await killAndAsk(stage, parties);
  show('restarted');
  const { client } = seen.restarted ?? {};
  if (person && client && answeredJson(client) !== undefined) await leave(stage, person, parties);
  if (seen.restarted?.ready === true) seen.entries['end'] = await lookAtEntries(stage.subject, stage.places);
}

function nobody({ subject }: OpenidStage): string {
  if (findBrowser() === undefined) return `nobody can log in: this machine has no browser; ${BROWSER_FIX}`;
  return subject.configuration.accounts ? 'nobody can log in' : 'the target was given no account';
}

async function look(subject: Subject, seen: OpenidSeen): Promise<void> {
  const grpc = subject.grpc();
  try {
    seen.record = await subject.http(RECORD);
    const from = Date.now();
    const result = await subject.http(METADATA);
    seen.metadata = { result, from, until: Date.now() };
    seen.metadataByGrpc = await grpc.getMetadata();
    const told = (answeredJson(result) ?? {}) as Record<string, unknown>;
    seen.jwks = await fetchAt(subject, told['jwks_uri']);
    seen.checkSession = await fetchAt(subject, told['check_session_iframe']);
    const { host } = new URL(subject.configuration.public.issuer);
    const [account] = subject.configuration.accounts ?? [];
    const ask = async (user: string): Promise<HttpResult> =>
      subject.http(`${WEBFINGER}?resource=${encodeURIComponent(`acct:${user}@${host}`)}`);
    seen.webFinger = {
      known: await ask(account?.login ?? 'somebody'),
      unknown: await ask('nobody-of-this-name'),
      unnamed: await subject.http(WEBFINGER),
    };
  } finally {
    grpc.close();
  }
}

async function fetchAt(subject: Subject, url: unknown): Promise<HttpResult> {
  const path = pathAt(subject, url);
  return path === undefined ? { failed: 'the metadata name no place for it at the issuer' } : subject.http(path);
}

/** What was before is asked for after `kill -9`; how soon it is ready again is looked at elsewhere (MDT-TGT-005). */
async function killAndAsk(stage: OpenidStage, { a }: Parties): Promise<void> {
  const { subject, seen, person } = stage;
  await stage.life.stop('SIGKILL');
  seen.lives.push(recordOf(stage.life));
  stage.life = subject.launch();
  const ready = (await stage.life.line(isReady, READY_MS)) !== undefined;
  seen.restarted = { ready };
  if (!ready) return;
  const accessToken = seen.logins?.a.tokens?.accessToken;
  if (accessToken !== undefined) seen.restarted.userInfo = await a.userInfo(accessToken);
  seen.restarted.client = await a.manage('GET', a.managedBy);
  if (person) seen.restarted.login = await exchanged(a, await authorize(stage, person, a));
}
