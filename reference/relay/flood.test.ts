import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { credentials } from '@grpc/grpc-js';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { RelayServiceClient, RelayServiceService } from '../gen/proto/milagro/trust/v1/relay.ts';
import { freePort } from '../runtime/free-port.ts';
import { startGrpc, type GrpcHost } from '../runtime/grpc-host.ts';
import { Calls } from './calls.ts';
import { TestRelay } from './test-relay.ts';

const CONNECTIONS = 60;
const CALLS = 60;
const DESCRIPTORS = new URL('../gen/proto/descriptor.binpb', import.meta.url);
const { getHeaders } = RelayServiceService;
const sessions: ClientHttp2Session[] = [];
let relay: TestRelay | undefined;
let host: GrpcHost | undefined;

/** A call with a request of so many octets; nobody reads what is answered. */
function ask(session: ClientHttp2Session, method: string, request: readonly number[] = []): ClientHttp2Stream {
  const stream = session.request({
    ...{ ':method': 'POST', ':path': `/milagro.trust.v1.RelayService/${method}` },
    ...{ 'content-type': 'application/grpc', te: 'trailers' },
  });
  stream.on('error', () => undefined);
  stream.end(Buffer.from([0, 0, 0, 0, request.length, ...request]));
  return stream;
}

async function open(address: string): Promise<ClientHttp2Session> {
  const session = connect(`http://${address}`);
  sessions.push(session.on('error', () => undefined));
  await Promise.race([once(session, 'connect'), once(session, 'close')]);
  return session;
}

/** Waits until `holds`, which is what the test is about: it ends by mocha's time where it does not. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function tipOf(address: string): Promise<number> {
  const client = new RelayServiceClient(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  try {
    return await new Promise((resolve, reject) =>
      client.getTip({}, (error, response) => (error ? reject(error) : resolve(response.height))),
    );
  } finally {
    client.close();
  }
}

describe('a flood of calls', () => {
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.destroy();
    await relay?.stop();
    await host?.close();
    [relay, host] = [undefined, undefined];
  });

  it('over many connections of one address leaves a further one served, and has few calls worked on (MDT-RLY-035)', async () => {
    const node = new SimulatedNode(20);
    const started = (relay = await TestRelay.start(node));
    await started.beat();
    const held = Promise.withResolvers<void>();
    let asked = 0;
    node.feeRates = async () => {
      asked += 1;
      await held.promise;
      return { minimum: 1, increment: 1, estimate: 1 };
    };
    for (let each = 0; each < CONNECTIONS; each += 1) {
      const session = await open(started.address);
      for (let calls = 0; calls < CALLS && !session.destroyed; calls += 1) ask(session, 'EstimateFee', [8, 2]);
    }
    assert.equal(await tipOf(started.address), 20);
    await until(() => asked >= 32 * 32);
    const live = sessions.filter(({ destroyed }) => !destroyed);
    assert.ok(live.length <= 32, `${live.length} connections`);
    assert.equal(await tipOf(started.address), 20);
    held.resolve();
  });

  it('whose answers nobody reads has no more answers made than may be in the air (MDT-RLY-035)', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const calls = new Calls(
      () => undefined,
      (fault) => assert.fail(String(fault)),
      { mostCalls: 8 },
    );
    let made = 0;
    const large = calls.unary(() => {
      made += 1;
      return { height: 1, headers: [Buffer.alloc(100_000)] };
    });
    host = await startGrpc(address, [{ definition: { getHeaders }, calls: { getHeaders: large } }], DESCRIPTORS);
    const session = await open(address);
    const streams = Array.from({ length: 50 }, () => ask(session, 'GetHeaders'));
    let refused = 0;
    for (const stream of streams)
      stream.on('response', (headers) => (refused += headers['grpc-status'] === '8' ? 1 : 0));
    await until(() => made + refused === 50);
    assert.equal(made, 8);
    assert.equal(calls.inTheAir, 8);
    for (const stream of streams) stream.resume();
    await until(() => calls.inTheAir === 0);
    for (let each = 0; each < 8; each += 1) ask(session, 'GetHeaders');
    await until(() => calls.inTheAir === 8);
    session.destroy();
    await until(() => calls.inTheAir === 0);
  });
}).timeout(60_000);
