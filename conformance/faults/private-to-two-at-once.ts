import type { Fault } from './fault.ts';
import { setTimeout } from 'node:timers/promises';
import { replacing, type Adapter } from './ways/openid.ts';

const LATE_MS = 200;

const fault: Fault = {
  id: 'private-to-two-at-once',
  requirement: 'MDT-IDP-029',
  role: 'idp',
  breaks: 'a private IdP registers two that ask at the same time',
  replaces: replacing('reference/idp/only-client.ts', 'onlyClient', (original, tools) => (...given) => {
    const [adapter, rows] = given as [Adapter, { has(model: string): boolean }];
    const guarded = original(...given) as Adapter;
    return {
      ...adapter,
      upsert: async (...row: Parameters<Adapter['upsert']>) => {
        if (rows.has('Client')) return guarded.upsert(...row);
        tools.fired();
        await setTimeout(LATE_MS); // others that look meanwhile find nobody, too
        return adapter.upsert(...row);
      },
    };
  }),
};

export default fault;
