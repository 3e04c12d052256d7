import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { GrpcClient, type GrpcResult } from './grpc-client.ts';

const closing: (() => void)[] = [];

/** A gRPC server by hand: each stream is answered as a test wants. */
async function serving(answer: (stream: ServerHttp2Stream) => void): Promise<GrpcClient> {
  const server: Http2Server = createHttp2Server();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.resume();
    answer(stream);
  });
  return listening(server, () => {
    for (const session of sessions) session.destroy();
  });
}

async function hostile(behave: (socket: Socket) => void): Promise<GrpcClient> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behave(socket);
  });
  return listening(server, () => {
    for (const socket of sockets) socket.destroy();
  });
}

async function listening(server: Server | Http2Server, destroy: () => void): Promise<GrpcClient> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new GrpcClient(`127.0.0.1:${String((server.address() as AddressInfo).port)}`, 1_000);
  closing.push(() => {
    client.close();
    destroy();
    server.close();
  });
  return client;
}

/** A length-prefixed message. */
function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** A length-delimited field of protobuf. */
function field(number: number, content: Buffer | string): Buffer {
  const octets = Buffer.from(content as string);
  assert.ok(octets.length < 128);
  return Buffer.concat([Buffer.of((number << 3) | 2, octets.length), octets]);
}

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };

function refusing(status: string, details?: Buffer, message = ''): (stream: ServerHttp2Stream) => void {
  return (stream) => {
    const bin = details && { 'grpc-status-details-bin': details.toString('base64').replace(/=+$/, '') };
    stream.respond({ ...HEADERS, 'grpc-status': status, 'grpc-message': message, ...bin }, { endStream: true });
  };
}

function answering(...octets: Buffer[]): (stream: ServerHttp2Stream) => void {
  return (stream) => {
    stream.respond(HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    for (const part of octets) stream.write(part);
    stream.end();
  };
}

function failed(result: GrpcResult<unknown>): { code: number; message: string; reason?: string; domain?: string } {
  assert.ok('failed' in result, 'the call failed');
  return result.failed;
}

const INFO = 'type.googleapis.com/google.rpc.ErrorInfo';
const status = (...anys: Buffer[]): Buffer =>
  Buffer.concat([Buffer.of(0x08, 14), field(2, 'text'), ...anys.map((any) => field(3, any))]);
const any = (type: string, value: Buffer | string): Buffer => Buffer.concat([field(1, type), field(2, value)]);
const errorInfo = any(INFO, Buffer.concat([field(1, 'MDT_NOT_READY'), field(2, 'milagro.trust')]));

describe('the gRPC client', function () {
  this.timeout(15_000);
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  it('decodes an answer', async () => {
    const client = await serving(answering(frame(Buffer.concat([field(1, '{}'), field(2, 'digest')]))));
    const result = await client.getBirthRecord();
    assert.ok('value' in result);
    assert.deepEqual(
      [Buffer.from(result.value.birthRecord).toString(), Buffer.from(result.value.sha256).toString()],
      ['{}', 'digest'],
    );
  });

  it('reads ErrorInfo out of the status details, among other details', async () => {
    const client = await serving(
      refusing('14', status(any('type.googleapis.com/google.rpc.Help', 'x'), errorInfo), 'not yet'),
    );
    assert.deepEqual(failed(await client.getMetadata()), {
      code: 14,
      message: 'not yet',
      reason: 'MDT_NOT_READY',
      domain: 'milagro.trust',
    });
  });

  const DETAILS: Record<string, Buffer | undefined> = {
    'no details': undefined,
    'details that are no protobuf': Buffer.from('ffffffffffffffff', 'hex'),
    'a length beyond the end': Buffer.from('1aff7f', 'hex'),
    'details of another type': status(any('type.googleapis.com/google.rpc.DebugInfo', field(1, 'MDT_NOT_READY'))),
    'an ErrorInfo that stands in no Any': errorInfo,
    'an ErrorInfo of garbage': status(any(INFO, Buffer.from('ffff', 'hex'))),
  };
  for (const [what, details] of Object.entries(DETAILS)) {
    it(`takes ${what} for an error without ErrorInfo`, async () => {
      const { code, reason, domain } = failed(await (await serving(refusing('14', details))).getBirthRecord());
      assert.deepEqual([code, reason, domain], [14, undefined, undefined]);
    });
  }

  it('takes an answer that is no such message for a failure of the target', async () => {
    const client = await serving(answering(frame(Buffer.from('0aff', 'hex'))));
    const { code, message } = failed(await client.getBirthRecord());
    assert.equal(code, -1);
    assert.match(message, /cannot be decoded/);
    assert.match(failed(await client.health()).message, /cannot be decoded/);
  });

  it('takes an empty message for its default', async () => {
    const client = await serving(answering(frame(Buffer.alloc(0))));
    assert.deepEqual(await client.health(), { value: 0 });
    assert.ok('value' in (await client.getAnchorProof()));
  });

  it('fails on no message, two messages, a message that is cut, and one in a coding it did not ask for', async () => {
    const message = frame(Buffer.alloc(0));
    for (const octets of [[], [message, message], [message.subarray(0, 3)], [Buffer.from('0100000000', 'hex')]])
      assert.ok(failed(await (await serving(answering(...octets))).getMetadata()).code > 0);
  });

  it('fails on HTTP that is no gRPC', async () => {
    for (const headers of [{ ':status': 404 }, { ':status': 200, 'content-type': 'text/html' }]) {
      const client = await serving((stream) => {
        stream.respond(headers);
        stream.end('<html>');
      });
      assert.ok(failed(await client.getMetadata()).code > 0);
    }
  });

  it('fails on a message larger than 4 MiB without reading it', async () => {
    const client = await serving(answering(frame(Buffer.alloc(5 * 1024 * 1024))));
    assert.equal(failed(await client.getMetadata()).code, 8);
  });

  it('fails on nothing that listens, a reset, HTTP/1.1, and noise', async () => {
    const nobody = new GrpcClient('127.0.0.1:1');
    closing.push(() => nobody.close());
    const clients = [
      nobody,
      await hostile((socket) => socket.resetAndDestroy()),
      await hostile((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      await hostile((socket) => socket.write(Buffer.alloc(100_000, 0xa5))),
    ];
    for (const result of await Promise.all(clients.map((client) => client.getMetadata())))
      assert.ok([14, 4, 13].includes(failed(result).code));
  });

  it('waits no longer than its time for a server that says nothing, or never ends', async () => {
    const began = performance.now();
    const endless = await serving((stream) => {
      stream.respond(HEADERS);
      const timer = setInterval(() => stream.write(Buffer.alloc(1)), 100);
      stream.on('close', () => clearInterval(timer));
    });
    const clients = [await hostile(() => undefined), await serving(() => undefined), endless];
    const results = await Promise.all([
      ...clients.map((client) => client.getMetadata()),
      clients[1]?.reflectedServices(),
    ]);
    for (const result of results) assert.equal(result && failed(result).code, 4);
    assert.ok(performance.now() - began < 3_000);
  });

  it('lists the services that reflection names, and reads no further', async () => {
    let written = 0;
    const client = await serving((stream) => {
      stream.respond(HEADERS);
      const answer = frame(field(6, Buffer.concat([field(1, field(1, 'a.B')), field(1, field(1, 'c.D'))])));
      const timer = setInterval(() => (stream.write(answer), written++), 20);
      stream.on('close', () => clearInterval(timer));
    });
    assert.deepEqual(await client.reflectedServices(), { value: ['a.B', 'c.D'] });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const then = written;
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(written - then <= 1);
  });

  it('takes reflection of garbage for none, and an end without an answer for a failure', async () => {
    assert.deepEqual(await (await serving(answering(frame(Buffer.from('32ff', 'hex'))))).reflectedServices(), {
      value: [],
    });
    assert.equal(failed(await (await serving(answering())).reflectedServices()).code, 2);
    assert.equal(failed(await (await serving(refusing('12'))).reflectedServices()).code, 12);
  });
});
