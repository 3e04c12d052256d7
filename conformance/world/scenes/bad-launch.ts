/** Launch configurations that cannot be read, each wrong in one place. */
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import { recordOf, type LifeRecord } from '../life-record.ts';
import { Subject } from '../subject.ts';
import type { World } from '../world.ts';
import { onStage, type Scene } from './scene.ts';
import { STOP_MS } from './timing.ts';

export interface BadLaunch {
  what: string;
  /** JSON pointer of the fault; empty for the whole line. */
  field: string;
  life: LifeRecord;
}

export interface BadLaunchSeen {
  launches: BadLaunch[];
}

export const badLaunch: Scene<BadLaunchSeen> = {
  title: 'launch configurations that cannot be read',
  play: async (world, name) => onStage(await Subject.create(world, name), play.bind(undefined, world)),
};

const EXIT_MS = 10_000;

async function play(_world: World, subject: Subject): Promise<BadLaunchSeen> {
  const launches: BadLaunch[] = [];
  for (const { what, field, line } of badLines(subject.configuration)) {
    const life = subject.launch(line);
    await life.until(() => life.exit !== undefined, EXIT_MS);
    const exitedByItself = life.exit !== undefined;
    if (!exitedByItself) await life.stop('SIGKILL', STOP_MS);
    launches.push({ what, field, life: recordOf(life) });
  }
  return { launches };
}

function badLines(good: LaunchConfiguration): { what: string; field: string; line: string }[] {
  const { transport: _transport, ...withoutTransport } = good;
  return [
    { what: 'a line that is not JSON', field: '', line: '{"launch":1,' },
    { what: 'a missing member', field: '/transport', line: JSON.stringify(withoutTransport) },
    {
      what: 'a value of another type',
      field: '/policy/confirmations',
      line: JSON.stringify({ ...good, policy: { ...good.policy, confirmations: 'two' } }),
    },
  ];
}
