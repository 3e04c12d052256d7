import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { SimulatedNode } from '../chain/simulated-node.ts';
import {
  RelayServiceClient,
  RelayServiceService,
  type WatchHeadersRequest,
  type WatchHeadersResponse,
} from '../gen/proto/milagro/trust/v1/relay.ts';
import { freePort } from '../runtime/free-port.ts';
import { startGrpc } from '../runtime/grpc-host.ts';
import { Calls, type Send } from './calls.ts';
import { TestRelay } from './test-relay.ts';

let relay: TestRelay | undefined;
const codeOf = async (asked: Promise<unknown>): Promise<number> =>
  asked.then(
    () => 0,
    (error: unknown) => (error as ServiceError).code,
  );
const RESOURCE_EXHAUSTED = 8;
const DESCRIPTORS = new URL('../gen/proto/descriptor.binpb', import.meta.url);
const { watchHeaders } = RelayServiceService;
const WATCHING = { watchHeaders };

describe('calls of a relay', () => {
  afterEach(async () => {
    await relay?.stop();
    assert.deepEqual(relay?.faults ?? [], []);
  });

  it('answers one client while another has as many calls in the air as it may (MDT-RLY-035)', async () => {
    const node = new SimulatedNode(20);
    const started = (relay = await TestRelay.start(node, { calls: { mostCalls: 3 } }));
    await started.beat();
    const held = Promise.withResolvers<void>();
    const rates = node.feeRates.bind(node);
    node.feeRates = async () => {
      await held.promise;
      return rates();
    };
    const fee = async (): Promise<unknown> => started.call('estimateFee', { blocks: 2 });
    const waiting = [fee(), fee(), fee()];
    assert.equal(await codeOf(started.call('getTip', {})), RESOURCE_EXHAUSTED);
    const other = new RelayServiceClient(started.address, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    const tip = await new Promise((resolve, reject) =>
      other.getTip({}, (error, response) => (error ? reject(error) : resolve(response.height))),
    );
    assert.equal(tip, 20);
    other.close();
    held.resolve();
    await Promise.all(waiting);
    assert.equal(await codeOf(started.call('getTip', {})), 0);
  });

  it('counts streams, and lets them go with whoever opened them', async () => {
    const node = new SimulatedNode(20);
    const started = (relay = await TestRelay.start(node, { calls: { mostCalls: 2 } }));
    await started.beat();
    const open = async (): Promise<{ cancel(): void }> => {
      const stream = started.client.watchHeaders({ known: [] });
      await new Promise((resolve, reject) => stream.once('data', resolve).on('error', reject));
      return stream;
    };
    const streams = [await open(), await open()];
    assert.equal(await codeOf(started.call('getTip', {})), RESOURCE_EXHAUSTED);
    for (const stream of streams) stream.cancel();
    let code = RESOURCE_EXHAUSTED;
    for (let turn = 0; turn < 200 && code !== 0; turn += 1) code = await codeOf(started.call('getTip', {}));
    assert.equal(code, 0);
    for (const stream of [await open(), await open()]) stream.cancel();
  });

  it('leaves a reader that does not read, and makes nothing for it but what is on its way (MDT-RLY-006)', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const calls = new Calls(
      () => undefined,
      (fault) => assert.fail(String(fault)),
      { stalledMs: 200 },
    );
    const message = { height: 1, headers: [Buffer.alloc(100_000)] };
    let made = 0;
    const stopped = Promise.withResolvers<void>();
    const endless = calls.streaming(async (_: WatchHeadersRequest, send: Send<WatchHeadersResponse>, ended) => {
      for (; !ended.aborted; made += 1)
        await send(message).finally(() => (made > 1_000 ? stopped.resolve() : undefined));
    });
    const stalling = (call: Parameters<typeof endless>[0]): void => {
      call.on('error', () => stopped.resolve());
      endless(call);
    };
    const host = await startGrpc(address, [{ definition: WATCHING, calls: { watchHeaders: stalling } }], DESCRIPTORS);
    const client = new RelayServiceClient(address, credentials.createInsecure());
    const stream = client.watchHeaders({ known: [] });
    const ended = new Promise<ServiceError>((resolve) => stream.on('error', resolve));
    stream.once('data', () => stream.pause());
    await stopped.promise;
    assert.ok(made < 100, `${made} messages were made for nobody`);
    stream.on('data', () => undefined);
    stream.resume();
    assert.equal((await ended).code, RESOURCE_EXHAUSTED);
    client.close();
    await host.close();
  });
}).timeout(60_000);
