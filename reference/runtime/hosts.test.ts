import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { ERROR_CARRIERS, MdtError, type ErrorCode } from '../core/errors.ts';
import { refuses } from '../core/expect-error.ts';
import { IdentityServiceService } from '../gen/proto/milagro/trust/v1/identity.ts';
import { ERROR_DOMAIN, toGrpcError, toProblem } from './error-carrier.ts';
import { freePort } from './free-port.ts';
import { startGrpc, unary, type GrpcHost } from './grpc-host.ts';
import { startHttp, type HttpHost } from './http-host.ts';
import { chooseCoding, matchesEntityTag, represent } from './representation.ts';

const DESCRIPTORS = new URL('../gen/proto/descriptor.binpb', import.meta.url);
const DOCUMENT = Buffer.from(JSON.stringify({ a: 'x'.repeat(500) }));

describe('the map of errors', () => {
  it('gives every code its status of the registry, in problem documents and in gRPC', () => {
    const numbers = {
      INVALID_ARGUMENT: 3,
      NOT_FOUND: 5,
      ALREADY_EXISTS: 6,
      RESOURCE_EXHAUSTED: 8,
      FAILED_PRECONDITION: 9,
      OUT_OF_RANGE: 11,
      UNIMPLEMENTED: 12,
      INTERNAL: 13,
      UNAVAILABLE: 14,
    };
    for (const [code, carrier] of Object.entries(ERROR_CARRIERS) as [ErrorCode, (typeof ERROR_CARRIERS)[ErrorCode]][]) {
      const error = new MdtError(code, 'text', { field: '/f' });
      assert.equal(toProblem(error).status, carrier.http ?? 500, code);
      assert.equal(toProblem(error).code, code);
      assert.equal(toGrpcError(error).code, numbers[carrier.grpc ?? 'INTERNAL'], code);
    }
  });

  it('says of a foreign error that it is a fault of ours, and nothing of its text', () => {
    const problem = toProblem(new TypeError('planted'));
    assert.deepEqual([problem.status, problem.code], [500, 'MDT_INTERNAL']);
    assert.doesNotMatch(JSON.stringify([problem, toGrpcError(new TypeError('planted'))]), /planted/);
  });
});

describe('the coding of a representation', () => {
  const representation = represent(DOCUMENT);
  for (const [header, coding] of [
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['br, GZIP;q=0.5', 'gzip'],
    ['*', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0, *', undefined],
    ['identity', undefined],
    ['gzip;q=abc', undefined],
  ] as const) {
    it(`for Accept-Encoding ${JSON.stringify(header)} is ${coding ?? 'identity'}`, () => {
      assert.equal(chooseCoding(representation, header).contentEncoding, coding);
    });
  }

  it('matches a tag in a list, weak or *, and no other', () => {
    for (const header of ['"a"', '"x", "a"', 'W/"a"', '*', ' * '])
      assert.equal(matchesEntityTag(header, '"a"'), true, header);
    for (const header of [undefined, '', '"b"', 'a', '"a'])
      assert.equal(matchesEntityTag(header, '"a"'), false, String(header));
  });
});

describe('the HTTP host', () => {
  let host: HttpHost;
  let port: number;
  let ready = true;
  const faults: unknown[] = [];

  before(async () => {
    port = await freePort();
    host = await startHttp(
      `127.0.0.1:${port}`,
      [
        {
          path: '/doc',
          read: () => {
            if (!ready) throw new MdtError('MDT_NOT_READY', 'not yet');
            return represent(DOCUMENT);
          },
        },
        {
          path: '/broken',
          read: () => {
            throw new TypeError('planted');
          },
        },
      ],
      (error) => faults.push(error),
    );
  });
  after(async () => host.close());

  interface Answer {
    status: number;
    headers: IncomingHttpHeaders;
    body: Buffer;
  }

  async function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
        );
      });
      call.on('error', reject);
      call.end();
    });
  }

  function assertProblem({ status, headers, body }: Answer, expected: number, code: ErrorCode): void {
    assert.equal(status, expected);
    assert.equal(headers['content-type'], 'application/problem+json');
    const problem = JSON.parse(body.toString()) as { code: string; status: number };
    assert.deepEqual([problem.code, problem.status], [code, expected]);
  }

  it('answers GET with the document, its strong tag and open CORS', async () => {
    const { status, headers, body } = await ask('GET', '/doc');
    assert.deepEqual([status, body], [200, DOCUMENT]);
    assert.match(headers.etag ?? '', /^"[^"]+"$/);
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers.vary, 'Accept-Encoding');
  });

  it('answers gzip in that coding, with a tag of its own', async () => {
    const plain = await ask('GET', '/doc');
    const { headers, body } = await ask('GET', '/doc', { 'accept-encoding': 'gzip' });
    assert.equal(headers['content-encoding'], 'gzip');
    assert.deepEqual(gunzipSync(body), DOCUMENT);
    assert.notEqual(headers.etag, plain.headers.etag);
  });

  it('answers 304 without a body to the current tag of the coding, and 200 to that of the other', async () => {
    const { headers } = await ask('GET', '/doc');
    const same = await ask('GET', '/doc', { 'if-none-match': headers.etag ?? '' });
    assert.deepEqual([same.status, same.body.length, same.headers.etag], [304, 0, headers.etag]);
    assert.equal(
      (await ask('GET', '/doc', { 'if-none-match': headers.etag ?? '', 'accept-encoding': 'gzip' })).status,
      200,
    );
  });

  it('answers HEAD like GET without the body', async () => {
    const { status, headers, body } = await ask('HEAD', '/doc');
    assert.deepEqual([status, body.length, headers['content-length']], [200, 0, String(DOCUMENT.length)]);
  });

  it('answers a preflight from any origin', async () => {
    const { status, headers } = await ask('OPTIONS', '/doc');
    assert.deepEqual(
      [status, headers['access-control-allow-origin'], headers['access-control-allow-methods']],
      [204, '*', 'GET, HEAD, OPTIONS'],
    );
  });

  it('answers other methods 405 with Allow, other paths 404, both as problem documents', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await ask(method, '/doc');
      assertProblem(answer, 405, 'MDT_METHOD');
      assert.equal(answer.headers.allow, 'GET, HEAD, OPTIONS');
    }
    assertProblem(await ask('GET', '/nothing'), 404, 'MDT_NOT_FOUND');
    assertProblem(await ask('POST', '/doc/'), 404, 'MDT_NOT_FOUND');
  });

  it('answers 503 with the code while there is nothing to show, and 200 again after', async () => {
    ready = false;
    assertProblem(await ask('GET', '/doc'), 503, 'MDT_NOT_READY');
    ready = true;
    assert.equal((await ask('GET', '/doc')).status, 200);
  });

  it('answers a fault of ours 500, tells the log and not the caller', async () => {
    const answer = await ask('GET', '/broken');
    assertProblem(answer, 500, 'MDT_INTERNAL');
    assert.doesNotMatch(answer.body.toString(), /planted/);
    assert.equal((faults.at(-1) as Error).message, 'planted');
  });

  it('refuses a body of a megabyte before it arrives, and headers of 20 KB', async () => {
    assertProblem(await ask('POST', '/doc', { 'content-length': '1000000' }), 413, 'MDT_DOCUMENT_TOO_LARGE');
    assert.equal((await ask('GET', '/doc', { x: 'a'.repeat(20_000) })).status, 431);
  });

  it('answers HTTP/1.0 without Host', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /doc HTTP/1.0\r\n\r\n');
    const parts: Buffer[] = [];
    for await (const part of socket as AsyncIterable<Buffer>) parts.push(part);
    assert.match(Buffer.concat(parts).toString(), /^HTTP\/1\.1 200 /);
  });

  it('refuses an address that is in use with MDT_LAUNCH', async () => {
    await refuses(() => startHttp(`127.0.0.1:${port}`, [], () => undefined), 'MDT_LAUNCH', '/listen/http');
  });
});

describe('the gRPC host', () => {
  let host: GrpcHost;
  let client: Client;
  let address: string;

  before(async () => {
    address = `127.0.0.1:${await freePort()}`;
    const notReady = unary<object, never>(
      () => {
        throw new MdtError('MDT_NOT_READY', 'not yet', { field: 'f' });
      },
      () => undefined,
    );
    const broken = unary<object, never>(
      () => {
        throw new TypeError('planted');
      },
      () => undefined,
    );
    const calls = {
      getBirthRecord: notReady,
      getAnchorProof: broken,
      getLineageProof: notReady,
      getMetadata: unary(
        () => ({ metadata: DOCUMENT }),
        () => undefined,
      ),
    };
    host = await startGrpc(address, [{ definition: IdentityServiceService, calls }], DESCRIPTORS);
    client = new Client(address, credentials.createInsecure());
  });
  after(async () => {
    client.close();
    await host.close();
  });

  const octets = (value: Buffer): Buffer => value;
  async function call(path: string, message = Buffer.alloc(0)): Promise<Buffer | ServiceError> {
    return new Promise((resolve) => {
      client.makeUnaryRequest(path, octets, octets, message, { deadline: Date.now() + 2_000 }, (error, value) =>
        resolve(error ?? value ?? Buffer.alloc(0)),
      );
    });
  }
  const IDENTITY = '/milagro.trust.v1.IdentityService';

  /** [code, reason, domain] of an error. */
  function failure(answer: Buffer | ServiceError): [number, string, string] {
    assert.ok(answer instanceof Error, 'an error was expected');
    const [details] = answer.metadata.get('grpc-status-details-bin');
    const info = fields(fields(fields(details as Buffer).get(3)!).get(2)!);
    return [answer.code, info.get(1)!.toString(), info.get(2)!.toString()];
  }

  it('answers a call', async () => {
    const answer = await call(`${IDENTITY}/GetMetadata`);
    assert.ok(Buffer.isBuffer(answer) && answer.includes(DOCUMENT));
  });

  it('gives an error its ErrorInfo (MDT-HST-015), and shows nothing of a fault of ours', async () => {
    assert.deepEqual(failure(await call(`${IDENTITY}/GetBirthRecord`)), [14, 'MDT_NOT_READY', ERROR_DOMAIN]);
    const fault = await call(`${IDENTITY}/GetAnchorProof`);
    assert.deepEqual(failure(fault), [13, 'MDT_INTERNAL', ERROR_DOMAIN]);
    assert.doesNotMatch((fault as ServiceError).message, /planted/);
  });

  it('refuses a request that is not protobuf with MDT_SCHEMA', async () => {
    assert.deepEqual(failure(await call(`${IDENTITY}/GetMetadata`, Buffer.from('0affffff', 'hex'))), [
      3,
      'MDT_SCHEMA',
      ERROR_DOMAIN,
    ]);
  });

  it('refuses a request of 100 KB', async () => {
    assert.equal(((await call(`${IDENTITY}/GetMetadata`, Buffer.alloc(100_000))) as ServiceError).code, 8);
  });

  it('is NOT_SERVING, then SERVING once it is told so (MDT-HST-013), and knows no other service', async () => {
    assert.deepEqual(await call('/grpc.health.v1.Health/Check'), Buffer.from([0x08, 0x02]));
    host.setServing(true);
    assert.deepEqual(await call('/grpc.health.v1.Health/Check'), Buffer.from([0x08, 0x01]));
    assert.deepEqual(failure(await call('/grpc.health.v1.Health/Check', Buffer.from([0x0a, 0x01, 0x78]))), [
      5,
      'MDT_NOT_FOUND',
      ERROR_DOMAIN,
    ]);
  });

  it('lists its service by reflection (MDT-HST-014)', async () => {
    const stream = client.makeBidiStreamRequest(
      '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
      octets,
      octets,
    );
    const answer = await new Promise<Buffer>((resolve, reject) => {
      stream.on('data', resolve).on('error', reject);
      stream.write(Buffer.from([0x3a, 0x00]));
    });
    stream.on('error', () => undefined).cancel();
    assert.ok(answer.includes('milagro.trust.v1.IdentityService'));
  });

  it('refuses an address that is in use with MDT_LAUNCH', async () => {
    await refuses(
      () => startGrpc(address, [{ definition: IdentityServiceService, calls: {} }], DESCRIPTORS),
      'MDT_LAUNCH',
      '/listen/grpc',
    );
  });
});

/** Length-delimited fields of a message by number, the last of each. */
function fields(message: Buffer): Map<number, Buffer> {
  const reader = new BinaryReader(message);
  const found = new Map<number, Buffer>();
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (wire === 2) found.set(field, Buffer.from(reader.bytes()));
    else reader.skip(wire);
  }
  return found;
}
