/** A fault in the headers of HTTP answers. The host makes each of them with the global `Response`, so that is what is replaced. */
import type { Fault, Tools } from '../fault.ts';

interface Resource {
  readonly path: string;
}

/** `change` alters the headers of every answer; it says whether it did. */
export function rewriteHeaders(change: (headers: Headers) => boolean): Fault['replaces'] {
  return {
    'reference/runtime/http-host.ts': {
      startHttp: (original: (listen: string, resources: readonly Resource[]) => object, tools: Tools) => {
        const Original = globalThis.Response;
        globalThis.Response = class extends Original {
          constructor(body?: ConstructorParameters<typeof Response>[0], init: ResponseInit = {}) {
            const headers = new Headers(init.headers);
            if (change(headers)) tools.fired();
            // For HEAD, Hono gives the answer to GET as `init`, which has its status behind a getter.
            super(body, { ...(init.status !== undefined && { status: init.status }), headers });
          }
        };
        return original;
      },
    },
  };
}
