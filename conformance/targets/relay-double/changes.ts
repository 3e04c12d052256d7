/** What can be wrong with the relay double, each by a name: calls that stand in the place of honest ones. */
import type { Calls } from '../../world/relay-double/calls.ts';

export const CHANGES: Readonly<Record<string, (honest: Calls) => Partial<Calls>>> = {
  'tip-of-before': (honest) => ({
    getTip: async (request) => {
      const { height, header } = await honest.getTip(request);
      return { height: height - 1, header };
    },
  }),
};
