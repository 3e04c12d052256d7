import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { RunEvent } from '../../reference/gen/schemas.ts';
import { EventStream } from '../kit/events.ts';
import { schemaFault } from '../kit/schemas.ts';
import { SecretWatch } from '../kit/secrets.ts';
import { loadVectors } from '../kit/vectors.ts';
import type { ChainTransaction } from './chain-index.ts';
import { lookedAt, traced, WireLog } from './wire-log.ts';

const KEY = '619c335025c7f4012e556c2a58b2506e30b8511b53ade95ea316fd8c3286feb9';

/** Payloads that the specification's vectors hold right and wrong. */
function payload(result: 'valid' | 'invalid', code?: string): string {
  const tests = loadVectors()
    .flatMap(({ file }) => file.testGroups)
    .filter(({ type }) => type === 'payload-decode')
    .flatMap((group) => group.tests);
  const found = tests.find((test) => test.result === result && test.code === code)?.input['payload'];
  assert.ok(typeof found === 'string');
  return found;
}

function transaction(data: string, over: Partial<ChainTransaction> = {}): ChainTransaction {
  const script = `6a${(data.length / 2).toString(16).padStart(2, '0')}${data}`;
  return {
    txid: '11'.repeat(32),
    hex: `0200${script}`,
    vin: [{ txid: '22'.repeat(32), vout: 1, sequence: 0xfffffffd, txinwitness: ['3044', '02aa'] }],
    vout: [
      { value: 0, n: 0, scriptPubKey: { hex: script, type: 'nulldata' } },
      { value: 0.01000001, n: 1, scriptPubKey: { hex: '0014bb', type: 'witness_v0_keyhash', address: 'bcrt1qbb' } },
    ],
    locktime: 0,
    vsize: 150,
    ...over,
  };
}

function started(): { log: WireLog; events: EventStream; told: () => Extract<RunEvent, { type: 'transaction' }>[] } {
  const events = new EventStream();
  const secrets = new SecretWatch([{ name: 'anchor key', value: KEY }]);
  const told = (): Extract<RunEvent, { type: 'transaction' }>[] =>
    events.events.filter((event) => event.type === 'transaction');
  return { log: new WireLog(events, 'birth', secrets), events, told };
}

async function traceOf(look: () => void): Promise<number[]> {
  const trace = new Set<number>();
  await traced(look, trace);
  return [...trace];
}

describe('what a check looked at', () => {
  it('are exchanges and transactions by the number of their events, each once', async () => {
    const { log, events } = started();
    const answer = log.http({ method: 'GET', path: '/' }, { failed: 'refused' });
    const tx = transaction(payload('valid'));
    log.transaction(tx);
    assert.deepEqual(
      await traceOf(() => {
        for (const looked of [tx, answer, tx, undefined, {}]) lookedAt(looked);
      }),
      [1, 0],
    );
    for (const event of events.events) assert.equal(schemaFault('run-event', event), undefined);
  });
});

describe('a transaction in the report', () => {
  it('is decoded, and its payload split into fields', () => {
    const { log, told } = started();
    log.transaction(transaction(payload('valid'), { block: { hash: '33'.repeat(32), height: 7, index: 1 } }));
    const [event] = told();
    assert.deepEqual(event?.inputs, [
      { outpoint: `${'22'.repeat(32)}:1`, sequence: 0xfffffffd, script: '', witness: ['3044', '02aa'] },
    ]);
    assert.deepEqual(event.outputs[1], {
      sat: 1_000_001,
      type: 'witness_v0_keyhash',
      script: '0014bb',
      address: 'bcrt1qbb',
    });
    assert.deepEqual(event.block, { hash: '33'.repeat(32), height: 7, position: 1 });
    const { marker, version, kind, role, digest } = event.payload ?? {};
    assert.deepEqual(
      [marker, version, kind, role, digest],
      ['4d696c6167726f20442d5441', '1', 'BIRTH', 'dta', '11'.repeat(32)],
    );
  });

  it('says with what code a reader refuses its payload, and nothing where it has none', () => {
    const { log, told } = started();
    log.transaction(transaction(payload('invalid', 'MDT_PAYLOAD_MARKER')));
    const plain = transaction('00', { txid: '44'.repeat(32) });
    plain.vout.shift();
    log.transaction(plain);
    assert.match(told()[0]?.payload?.['refused'] ?? '', /^MDT_PAYLOAD_MARKER at /);
    assert.equal(told()[1]?.payload, undefined);
  });

  it('is told once for each place in which it stands', async () => {
    const { log, told } = started();
    const mempool = transaction(payload('valid'));
    const again = transaction(payload('valid'));
    const mined = transaction(payload('valid'), { block: { hash: '33'.repeat(32), height: 7, index: 1 } });
    for (const tx of [mempool, again, mined, mined]) log.transaction(tx);
    assert.equal(told().length, 2);
    assert.deepEqual(await traceOf(() => [mempool, again, mined].forEach((tx) => lookedAt(tx))), [0, 1]);
  });

  it('shows no planted secret, and of what is long no more than a part', () => {
    const { log, told } = started();
    const long = 'ab'.repeat(40_000);
    const vin = Array.from({ length: 50 }, () => ({
      txid: '22'.repeat(32),
      vout: 0,
      sequence: 0,
      txinwitness: [KEY, long],
    }));
    log.transaction(transaction(payload('valid'), { vin, hex: KEY + long }));
    const text = JSON.stringify(told());
    assert.equal(text.includes(KEY), false);
    assert.ok(text.includes('[secret: anchor key]'));
    assert.ok(text.length < 60_000, String(text.length));
  });
});
