/** An IdP is asked what OpenID's own certification asks a provider, module by module. */
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { HttpResult } from '../http-client.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { BROWSER_FIX } from '../openid/browser.ts';
import { Callbacks } from '../openid/callbacks.ts';
import { metadataOf, ModuleStopped, register, type Desk } from '../openid/modules/desk.ts';
import { MODULES, type ModuleName, type ModulesSeen } from '../openid/modules/index.ts';
import { OUT } from '../openid/modules/logout.ts';
import { Person } from '../openid/person.ts';
import { Subject, type Payment } from '../subject.ts';
import type { World } from '../world.ts';
import { bornTarget } from './born.ts';
import { Enough } from '../../kit/enough.ts';
import { placesOf } from './log-looking.ts';
import { lookAtEntries, type EntriesLook } from './openid-entries.ts';
import { follow, exchanged } from './openid-logins.ts';
import { onStage, type Reveal, type Scene } from './scene.ts';
import { GRACE, STOP_MS } from './timing.ts';

const METADATA = '/.well-known/openid-configuration';

export type OpenidModulesSeen = {
  readonly configuration: LaunchConfiguration;
  lives: LifeRecord[];
  payment?: Payment;
  metadata?: HttpResult;
  /** The log when all modules were played. */
  entries?: EntriesLook;
  /** Why no module could be played. */
  nobody: string | undefined;
  /** What a module lacked to go on, by its name. */
  readonly stopped: Partial<Record<ModuleName, string>>;
  /** What went wrong in the kit, likewise. */
  readonly broken: Partial<Record<ModuleName, string>>;
} & { [N in ModuleName]?: ModulesSeen[N] };

export const openidModules: Scene<OpenidModulesSeen> = {
  title: "an IdP is asked what OpenID's certification asks a provider",
  profile: 'idp',
  play: async (world, name, reveal) =>
    onStage(await Subject.create(world, name), (subject) => play(world, subject, reveal)),
};

async function play(world: World, subject: Subject, reveal: Reveal<OpenidModulesSeen>): Promise<OpenidModulesSeen> {
  const seen: OpenidModulesSeen = {
    configuration: subject.configuration,
    lives: [],
    nobody: undefined,
    stopped: {},
    broken: {},
  };
  const born = await bornTarget(subject, (payment) => (seen.payment = payment));
  if (!born) return { ...seen, nobody: 'the target was not born' };
  const callbacks = await Callbacks.listen(world.launcher.hostAddress);
  const [person, leaver] = [await Person.arrive(world, subject), await Person.arrive(world, subject)];
  try {
    seen.metadata = await subject.http(METADATA);
    const common = { world, subject, callbacks, life: born.life, metadata: metadataOf(seen.metadata) };
    if (person && leaver) await playAll({ ...common, person, leaver }, seen, reveal);
    else seen.nobody = `nobody can log in: no browser, or no account; ${BROWSER_FIX}`;
    seen.entries = await lookAtEntries(subject, await placesOf(subject));
    await born.life.stop('SIGTERM', STOP_MS * GRACE);
    seen.lives.push(recordOf(born.life));
  } finally {
    await person?.leave();
    await leaver?.leave();
    await callbacks.close();
  }
  return seen;
}

async function playAll(
  common: Omit<Desk, 'client' | 'first'>,
  seen: OpenidModulesSeen,
  reveal: Reveal<OpenidModulesSeen>,
): Promise<void> {
  const { callbacks, person } = common;
  const uris = { post_logout_redirect_uris: [callbacks.at(OUT)] };
  const { answer, party: client } = await register(common, 'modules', uris);
  const first = client && (await exchanged(client, await follow(common, person, await client.request(), {})));
  if (first?.tokens?.idToken === undefined) {
    seen.nobody = `nobody could log in: ${answer.complaint ?? first?.tokens?.complaint ?? first?.went.url ?? ''}`;
    return;
  }
  const desk: Desk = { ...common, client: client as Desk['client'], first };
  const { nobody, stopped, broken } = seen;
  for (const name of Object.keys(MODULES) as ModuleName[]) {
    await playOne(desk, name, seen);
    reveal({ [name]: seen[name], nobody, stopped, broken });
  }
}

/** What goes wrong in one module costs none but itself. */
async function playOne<N extends ModuleName>(desk: Desk, name: N, seen: OpenidModulesSeen): Promise<void> {
  const module = MODULES[name] as (desk: Desk) => Promise<ModulesSeen[N]>;
  try {
    (seen as Partial<ModulesSeen>)[name] = await module(desk);
  } catch (error) {
    if (error instanceof Enough) throw error;
    if (error instanceof ModuleStopped) seen.stopped[name] = error.message;
    else seen.broken[name] = String(error);
  }
}
