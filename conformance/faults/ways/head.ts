/** A fault in the answer to HEAD. Hono answers it as GET, so it is met where Node writes it. */
import { ServerResponse } from 'node:http';
import type { Fault, Tools } from '../fault.ts';

type StartHttp = (...parts: unknown[]) => unknown;
type End = (this: ServerResponse, ...parts: unknown[]) => ServerResponse;

/** `change` is called just before the answer to a HEAD ends. */
export function rewriteHead(change: (response: ServerResponse) => void): Fault['replaces'] {
  return {
    'reference/runtime/http-host.ts': {
      startHttp: (original: StartHttp, tools: Tools) => {
        // oxlint-disable-next-line typescript/unbound-method
        const end = ServerResponse.prototype.end as End;
        ServerResponse.prototype.end = function (this: ServerResponse, ...parts: unknown[]): ServerResponse {
          if (this.req.method === 'HEAD') {
            tools.fired();
            change(this);
          }
          return end.apply(this, parts);
        };
        return original;
      },
    },
  };
}
