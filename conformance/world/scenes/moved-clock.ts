/** A target whose clock the kit has moved: the time in a record that it writes afterwards tells whether it honours that. */
import type { ControlAnswer, LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { Life } from '../../kit/life.ts';
import { claims } from '../claims.ts';
import type { HttpResult } from '../http-client.ts';
import type { World } from '../world.ts';

/** Far beyond what blocks that come fast are ahead of the time. */
const BY_CONTROL_SECONDS = 7_200;
export const BY_LAUNCH_SECONDS = 3_600;

export interface MovedClock {
  readonly offset: number;
  /** Between these, by Date.now(), the record was written. */
  readonly since: number;
  readonly until: number;
  /** Of the control line, where one moved it. */
  readonly answer?: ControlAnswer | undefined;
  readonly record: HttpResult;
}

export async function moveClock(life: Life): Promise<Omit<MovedClock, 'until' | 'record'>> {
  const since = Date.now();
  const answer = await life.control({ control: 'clock', offset_seconds: BY_CONTROL_SECONDS });
  return { offset: BY_CONTROL_SECONDS, since, answer };
}

/** A configuration whose clock is ahead from the start, where the target has such a clock. */
export function launchedAhead(world: World, configuration: LaunchConfiguration): LaunchConfiguration {
  return claims(world, 'clock') ? { ...configuration, clock: { offset_seconds: BY_LAUNCH_SECONDS } } : configuration;
}
