/** A fault in what WatchAnchor sends. */
import type { WatchAnchorRequest, WatchAnchorResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { Fault, Tools } from '../fault.ts';
import { changedMethod } from './method.ts';

/** @param sends of a stream whether a message is sent, and whether the stream ends after it */
export function rewriteWatch(
  sends: (message: WatchAnchorResponse, tools: Tools) => { isSent: boolean; isLast: boolean },
): Fault['replaces'] {
  return changedMethod(
    'reference/relay/anchor-answers.ts',
    'AnchorAnswers',
    'watch',
    (original, tools) =>
      async (
        request: WatchAnchorRequest,
        send: (message: WatchAnchorResponse) => Promise<void>,
        ended: AbortSignal,
      ): Promise<void> => {
        const enough = new AbortController();
        const filtered = async (message: WatchAnchorResponse): Promise<void> => {
          const { isSent, isLast } = sends(message, tools);
          if (isSent) await send(message);
          if (isLast) enough.abort();
        };
        await original(request, filtered, AbortSignal.any([ended, enough.signal]));
      },
  );
}
