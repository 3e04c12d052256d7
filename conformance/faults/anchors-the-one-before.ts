import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

interface Roots {
  at(seq: number): { readonly sha256: string };
  readonly newest?: { readonly sha256: string; readonly document: { readonly seq: number } };
}

const fault: Fault = {
  id: 'anchors-the-one-before',
  requirement: 'MDT-LOG-026',
  breaks: 'the root before the newest is anchored',
  replaces: changedMethod(
    'reference/log/period-roots.ts',
    'PeriodRoots',
    'dueAnchor',
    (original, tools) =>
      function (this: Roots, ...given: unknown[]) {
        const heartbeat = original(...given) as { kind: string; payload: string } | undefined;
        const { newest } = this;
        if (!heartbeat || !newest || newest.document.seq === 0) return heartbeat;
        tools.fired();
        const before = this.at(newest.document.seq - 1);
        return { ...heartbeat, payload: heartbeat.payload.replace(newest.sha256, before.sha256) };
      },
  ),
};

export default fault;
