import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { GrpcConnections, type ConnectionLimits } from './grpc-connections.ts';
import { freePort } from './free-port.ts';

const served: Socket[] = [];
const clients: Socket[] = [];
let connections: GrpcConnections | undefined;
let port = 0;

async function start(limits: ConnectionLimits): Promise<GrpcConnections> {
  port = await freePort();
  connections = new GrpcConnections((socket) => {
    served.push(socket.resume().on('error', () => undefined));
    socket.write('taken');
  }, limits);
  await connections.listen('127.0.0.1', port);
  return connections;
}

/** Connects from an address of loopback; gives the name that the server has for the connection. */
async function come(localAddress = '127.0.0.1'): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  clients.push(socket.on('error', () => undefined));
  await once(socket, 'data');
  return `${socket.localAddress}:${socket.localPort}`;
}

const open = (): string[] =>
  served.filter(({ destroyed }) => !destroyed).map(({ remoteAddress, remotePort }) => `${remoteAddress}:${remotePort}`);

describe('connections of a gRPC server', () => {
  afterEach(() => {
    connections?.close();
    for (const socket of [...served, ...clients]) socket.destroy();
    served.length = clients.length = 0;
  });

  it('are so many of one address: who has waited longest makes room, and others stay', async () => {
    const started = await start({ mostOfAddress: 2 });
    const [other, first, second] = [await come('127.0.0.2'), await come(), await come()];
    const third = await come();
    assert.deepEqual(open(), [other, second, third]);
    started.called(second)(); // it asked, so it is the third that waits longest
    const fourth = await come();
    assert.deepEqual(open(), [other, second, fourth]);
    assert.ok(!open().includes(first));
  });

  it('end that which asks too much before one that waits', async () => {
    const started = await start({ mostOfAddress: 2 });
    const [idle, greedy] = [await come(), await come()];
    for (let calls = 0; calls < 60; calls += 1) started.called(greedy);
    const third = await come();
    assert.deepEqual(open(), [idle, third]);
  });

  it('end none that is asked a little while another waits, and one of them where all are', async () => {
    const started = await start({ mostOfAddress: 2 });
    const [asks, waits] = [await come(), await come()];
    started.called(asks);
    const third = await come();
    assert.deepEqual(open(), [asks, third]);
    for (const peer of [third, third]) started.called(peer);
    const fourth = await come();
    assert.deepEqual(open(), [asks, fourth]);
    assert.ok(!open().includes(waits));
  });

  it('are so many in all: the address that has most gives one', async () => {
    await start({ most: 3 });
    const [few, ...many] = [await come('127.0.0.2'), await come(), await come()];
    const late = await come('127.0.0.3');
    assert.deepEqual(open(), [few, many[1], late]);
  });

  it('are free again when they are closed', async () => {
    await start({ mostOfAddress: 1 });
    await come();
    clients[0]!.destroy();
    await once(served[0]!, 'close');
    const second = await come();
    assert.deepEqual(open(), [second]);
  });
});
