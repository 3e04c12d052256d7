import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

/** In the hexadecimal payload: after marker, version and kind. */
const DIGEST_AT = 28;
const DIGEST_DIGITS = 64;

const fault: Fault = {
  id: 'anchors-nobodys-root',
  requirement: 'MDT-LOG-024',
  breaks: 'an ACTIVITY_ROOT carries the digest of nothing',
  also: [{ requirement: 'MDT-LOG-026', reason: 'so no root is anchored' }],
  replaces: changedMethod(
    'reference/log/period-roots.ts',
    'PeriodRoots',
    'dueAnchor',
    (original, tools) =>
      (...given: unknown[]) => {
        const heartbeat = original(...given) as { payload: string } | undefined;
        if (!heartbeat) return undefined;
        tools.fired();
        const digest = heartbeat.payload.slice(DIGEST_AT, DIGEST_AT + DIGEST_DIGITS);
        const other = digest.split('').reverse().join('');
        return { ...heartbeat, payload: heartbeat.payload.replace(digest, other) };
      },
  ),
};

export default fault;
