import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { NoAnswer, NodeConnections, type NodeRequest } from './node-connections.ts';

const REQUEST: NodeRequest = {
  ...{ method: 'POST', path: '/wallet/a', authorization: 'Basic eDp5' },
  ...{ body: Buffer.from('{"method":"ä"}'), maxAnswer: 1_000 },
};
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: today\r\nContent-Length: 4\r\n\r\n1234';

let server: Server | undefined;
let connections: NodeConnections | undefined;
afterEach(() => {
  connections?.close();
  server?.close();
});

/** A node that does with each request, which comes in one piece, what `reply` does. `count` is that of its connections. */
async function node(
  reply: (socket: Socket, request: string) => void,
  most = 8,
): Promise<{ made: NodeConnections; count: () => number }> {
  let count = 0;
  const listening = createServer((socket) => {
    count += 1;
    socket.on('error', () => undefined);
    socket.on('data', (octets) => reply(socket, octets.toString()));
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  connections = new NodeConnections(`http://127.0.0.1:${String(port)}`, most);
  return { made: connections, count: () => count };
}

const noAnswer =
  (message: RegExp) =>
  (error: unknown): boolean =>
    error instanceof NoAnswer && message.test(error.message);

describe('connections to a node', () => {
  it('send the request whole, and read status, type and body', async () => {
    let asked = '';
    const { made } = await node((socket, request) => {
      asked = request;
      socket.write(OK);
    });
    const { status, type, body } = await made.exchange(REQUEST);
    assert.deepEqual([status, type, body.toString()], [200, 'application/json', '1234']);
    assert.equal(
      asked,
      'POST /wallet/a HTTP/1.1\r\nHost: node\r\nAuthorization: Basic eDp5\r\nContent-Type: application/json\r\n' +
        'Content-Length: 15\r\n\r\n{"method":"ä"}',
    );
  });

  it('read an answer wherever it is cut, and use the connection again', async () => {
    let cut = 0;
    const { made, count } = await node((socket) => {
      socket.write(OK.slice(0, cut));
      setTimeout(() => socket.write(OK.slice(cut)), 5);
    });
    for (cut = 1; cut < OK.length; cut += 7) assert.equal((await made.exchange(REQUEST)).body.toString(), '1234');
    assert.equal(count(), 1);
  });

  it('read up to the end of the connection where no length is said, and nothing for HEAD and 204', async () => {
    let answer = 'HTTP/1.0 500 no\r\n\r\n56';
    const { made, count } = await node((socket) => socket.end(answer));
    const { status, type, body } = await made.exchange(REQUEST);
    assert.deepEqual([status, type, body.toString()], [500, '', '56']);
    answer = 'HTTP/1.1 405 no\r\nConnection: close\r\nContent-Length: 30\r\n\r\n';
    assert.equal((await made.exchange({ ...REQUEST, method: 'HEAD' })).body.length, 0);
    answer = 'HTTP/1.1 204 no\r\n\r\n';
    assert.equal((await made.exchange(REQUEST)).status, 204);
    assert.equal(count(), 3);
  });

  it('open no more than they may, and let the others wait', async () => {
    const held: Socket[] = [];
    const { made, count } = await node((socket) => held.push(socket), 2);
    const all = Array.from({ length: 5 }, () => made.exchange(REQUEST));
    for (let answered = 0; answered < 5;) {
      for (const socket of held.splice(0)) answered += socket.write(OK) ? 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal((await Promise.all(all)).length, 5);
    assert.equal(count(), 2);
  });

  it('let who waits go on where the connection before was lost', async () => {
    let first = true;
    const { made } = await node((socket) => {
      if (first) socket.destroy();
      else socket.write(OK);
      first = false;
    }, 1);
    const [lost, next] = await Promise.allSettled([made.exchange(REQUEST), made.exchange(REQUEST)]);
    assert.deepEqual([lost.status, next.status], ['rejected', 'fulfilled']);
  });

  it('ask again where kept connections were closed before anything came, however many', async () => {
    const kept: Socket[] = [];
    const { made, count } = await node((socket) => {
      if (kept.includes(socket)) return socket.destroy();
      kept.push(socket);
      return socket.write(OK);
    }, 3);
    await Promise.all([1, 2, 3].map(() => made.exchange(REQUEST)));
    assert.equal((await made.exchange(REQUEST)).body.toString(), '1234');
    assert.equal(count(), 4);
  });

  it('ask nothing twice where an answer had begun, where the time was over, or where the connection was new', async () => {
    let asked = 0;
    let reply = (socket: Socket): unknown => socket.write(OK);
    const { made } = await node((socket) => {
      asked += 1;
      reply(socket);
    });
    const refused = async (how: typeof reply, message: RegExp): Promise<void> => {
      await made.exchange(REQUEST);
      reply = how;
      asked = 0;
      await assert.rejects(made.exchange({ ...REQUEST, timeoutMs: 50 }), noAnswer(message));
      assert.equal(asked, 1);
    };
    const usual = reply;
    await refused((socket) => socket.end(OK.slice(0, -1)), /closed/);
    reply = usual;
    await refused(() => undefined, /no answer within 50 ms/);
    await assert.rejects(made.exchange({ ...REQUEST, timeoutMs: 50 }), noAnswer(/no answer within 50 ms/));
    reply = (socket) => socket.destroy();
    asked = 0;
    await assert.rejects(made.exchange(REQUEST), noAnswer(/closed/));
    assert.equal(asked, 1);
  });

  const wrong: readonly (readonly [what: string, answer: string, message: RegExp])[] = [
    ['an answer in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /bitcoind gives/],
    ['what is no HTTP', 'SSH-2.0-x\r\n\r\n', /bitcoind gives/],
    ['a body beyond the cap', 'HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n', /too large/],
    ['a body beyond the cap without a length', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1_001)}`, /too large/],
    ['a head without end', 'x'.repeat(70_000), /head of the answer is too large/],
    ['silence', '', /no answer within 50 ms/],
  ];
  for (const [what, answer, message] of wrong)
    it(`take no ${what}`, async () => {
      const { made } = await node((socket) => socket.write(answer));
      await assert.rejects(made.exchange({ ...REQUEST, timeoutMs: 50 }), noAnswer(message));
    });

  it('have no answer once they are closed, or where nobody listens', async () => {
    const { made } = await node(() => made.close());
    await assert.rejects(made.exchange(REQUEST), noAnswer(/closed/));
    server?.close();
    await assert.rejects(made.exchange(REQUEST), noAnswer(/ECONNREFUSED/));
  });
});
