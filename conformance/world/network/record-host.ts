/** The host of the kit's entity: it answers what a scenario says, path by path. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is answered to a GET: octets with status 200, or whatever the function does. */
export type Answer = Buffer | ((response: ServerResponse, request: IncomingMessage) => void);

const TYPE = { 'content-type': 'application/json' };

export class RecordHost {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** The same answers at another port, which no record names. */
  readonly elsewhere: string;
  readonly #servers: readonly Server[];
  #answers: ReadonlyMap<string, Answer> = new Map();

  private constructor(server: Server, other: Server) {
    this.#servers = [server, other];
    this.origin = originOf(server);
    this.elsewhere = originOf(other);
    for (const each of this.#servers)
      each.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
  }

  static async open(): Promise<RecordHost> {
    return new RecordHost(await listening(), await listening());
  }

  /** From now on these are the answers, by path; any other path is not there. */
  serve(answers: ReadonlyMap<string, Answer>): void {
    this.#answers = answers;
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#answers.get(request.url ?? '');
    response.on('error', () => undefined);
    if (answer === undefined) response.writeHead(404, TYPE).end('{"code":"MDT_NOT_FOUND"}');
    else if (typeof answer === 'function') answer(response, request);
    else response.writeHead(200, TYPE).end(answer);
  }
}

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
