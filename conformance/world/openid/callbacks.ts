/** Where clients of the kit are told things: redirects of a browser, logout tokens of a server, frames of a page. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const MAX_BODY = 65_536;
const MOST_KEPT = 1_000;

export interface Callback {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly path: string;
  /** Of the query. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is answered at a path that something is to be read at. */
export interface Served {
  readonly mediaType: string;
  readonly body: string;
}

const RECEIVED: Served = {
  mediaType: 'text/html; charset=utf-8',
  body: '<!doctype html><title>received</title><p>received</p>',
};

export class Callbacks {
  readonly received: Callback[] = [];
  /** `http://host:port` */
  readonly origin: string;
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();
  readonly #served = new Map<string, Served>();

  private constructor(server: Server) {
    const { address, port } = server.address() as AddressInfo;
    this.origin = `http://${address}:${String(port)}`;
    this.#server = server;
  }

  /** @param host an address of this machine that the target reaches */
  static async listen(host: string): Promise<Callbacks> {
    let callbacks: Callbacks | undefined;
    const server = createServer((request, response) => {
      void read(request).then((body) => {
        const { mediaType, body: answer } = callbacks?.take(request, body) ?? RECEIVED;
        response.writeHead(200, { 'content-type': mediaType, 'cache-control': 'no-store' }).end(answer);
      });
    });
    server.listen(0, host);
    await once(server, 'listening');
    callbacks = new Callbacks(server);
    return callbacks;
  }

  at(path: string): string {
    return `${this.origin}${path}`;
  }

  /** Has something to be read at a path from now on; its address. */
  serve(path: string, mediaType: string, body: string): string {
    this.#served.set(path, { mediaType, body });
    return this.at(path);
  }

  /** Those at a path, in the order in which they came. */
  of(path: string): Callback[] {
    return this.received.filter((callback) => callback.path === path);
  }

  /** Waits until something has come to a path. */
  async until(path: string, timeoutMs: number): Promise<Callback | undefined> {
    if (this.of(path).length === 0) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(look);
          resolve();
        };
        const look = (): void => {
          if (this.of(path).length > 0) done();
        };
        const timer = setTimeout(done, timeoutMs);
        this.#waiting.add(look);
      });
    }
    return this.of(path).at(-1);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  private take(request: IncomingMessage, body: string): Served {
    const target = request.url ?? '';
    const { pathname, searchParams } = new URL(target, this.origin);
    if (this.received.length < MOST_KEPT)
      this.received.push({
        method: request.method ?? '',
        target,
        path: pathname,
        parameters: Object.fromEntries(searchParams),
        body,
      });
    for (const look of [...this.#waiting]) look();
    return this.#served.get(pathname) ?? RECEIVED;
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size <= MAX_BODY) parts.push(part);
    }
  } catch {
    // what came counts
  }
  return Buffer.concat(parts).toString('utf8');
}
