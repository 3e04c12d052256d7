import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { ownChain } from '../core/own-chain.ts';
import type { PatAnswer, VectorFile } from '../gen/schemas.ts';
import { answerLines } from './line-service.ts';

const LEAF = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d';
const INCLUSION = { leaf_hash: LEAF, index: 0, tree_size: 1, root: LEAF, proof: [] };

async function answers(...requests: unknown[]): Promise<PatAnswer[]> {
  const said: string[] = [];
  const lines = requests.map((request) => `${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
  await answerLines(Readable.from(lines), (text) => void said.push(text));
  return said.map((text) => JSON.parse(text) as PatAnswer);
}

describe('answerLines', () => {
  it('answers what is shown of a log, right or with the code of the refusal', async () => {
    const ask = (id: string, input: object): object => ({ id, op: 'verify_log', check: 'inclusion', input });
    const given = await answers(ask('q1', INCLUSION), ask('q2', { ...INCLUSION, index: 1 }));
    assert.deepEqual(given, [
      { id: 'q1', verdict: 'VERIFIED', evidence: {} },
      { id: 'q2', verdict: 'REJECTED', code: 'MDT_LOG_INCLUSION', evidence: {} },
    ]);
  });

  it('answers about a part alone, with the digest of a document and the tip of headers', async () => {
    const octets = Buffer.from('{"a":1}').toString('hex');
    const given = await answers(
      { id: 'q1', op: 'verify_part', part: 'canonical-json', input: { octets } },
      {
        id: 'q2',
        op: 'verify_part',
        part: 'canonical-json',
        input: { octets: Buffer.from('{"a":1.0}').toString('hex') },
      },
      { id: 'q3', op: 'verify_part', part: 'payload-decode', input: { payload: '00' } },
    );
    const digest = createHash('sha256').update('{"a":1}').digest('hex');
    assert.deepEqual(given, [
      { id: 'q1', verdict: 'VERIFIED', evidence: { digest } },
      { id: 'q2', verdict: 'REJECTED', code: 'MDT_NUMBER_LITERAL', evidence: {} },
      { id: 'q3', verdict: 'REJECTED', code: 'MDT_PAYLOAD_MARKER', evidence: {} },
    ]);
  });

  it('answers about a registration, in doubt where more headers may change it', async () => {
    const file = new URL('../../vectors/pat-registration.json', import.meta.url);
    const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as VectorFile;
    const tests = testGroups.flatMap(({ type, tests: each }) => (type === 'pat-registration' ? each : []));
    const asked = ['DIRECT', 'five confirmations of six', 'by a key that is not known'].map((comment, index) => {
      const found = tests.find((test) => test.comment === comment);
      return { id: `q${index}`, op: 'verify_registration', input: found?.input ?? {} };
    });
    const given = await answers(...asked);
    assert.deepEqual(
      given.map(({ verdict, code }) => [verdict, code]),
      [
        ['VERIFIED', undefined],
        ['UNKNOWN', 'MDT_CONFIRMATIONS'],
        ['REJECTED', 'MDT_PAT_KEY'],
      ],
    );
  });

  it('goes to host and sources itself, and doubts what does not come', async () => {
    const url = 'http://127.0.0.1:1/.well-known/milagro-birth-record';
    const ask = (id: string, more: object): object => ({
      ...{ id, op: 'verify_entity', url, sources: ['grpc://127.0.0.1:1'], chain: ownChain('regtest') },
      ...{ policy: { confirmations: 6 }, pins: [], now: '2026-01-01T00:00:00Z', patience_seconds: 1, ...more },
    });
    const given = await answers(
      ask('q1', {}),
      ask('q2', { memory: 'm1' }),
      ask('q3', { sources: ['ftp://127.0.0.1'] }),
    );
    const doubt = { verdict: 'UNKNOWN', code: 'MDT_SOURCE', evidence: {} };
    assert.deepEqual(given, [
      { id: 'q1', ...doubt },
      { id: 'q2', ...doubt },
      { id: 'q3', unsupported: true },
    ]);
  });

  it('registers nothing where nobody answers, and looks at a statement before it asks for what proves it', async () => {
    const folder = new URL('../../schemas/examples/pat-request/valid/', import.meta.url);
    const example = (name: string): object => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as object;
    const nowhere = { relay: 'grpc://127.0.0.1:1', sources: ['grpc://127.0.0.1:1'], patience_seconds: 1 };
    const given = await answers(
      { ...example('register-signature.json'), ...nowhere },
      { ...example('prove-signature.json'), ...nowhere },
      { ...example('prove-signature.json'), ...nowhere, sources: ['ftp://127.0.0.1'] },
    );
    const doubt = { verdict: 'UNKNOWN', code: 'MDT_SOURCE', evidence: {} };
    assert.deepEqual(given.slice(0, 2), [
      { id: 'q9', ...doubt },
      { id: 'q10', ...doubt },
    ]);
    assert.deepEqual(given[2], { id: 'q10', unsupported: true });
  });

  it('says that it does not know what is no question, and ends where it is asked to', async () => {
    const given = await answers(
      '{',
      { id: 'q2', op: 'verify_log', check: 'vibes', input: {} },
      { id: 'q3', op: 'close' },
      {
        ...{ id: 'q4', op: 'verify_log', check: 'inclusion' },
        input: INCLUSION,
      },
    );
    assert.deepEqual(
      given.map(({ unsupported }) => unsupported),
      [true, true],
    );
  });

  it('survives an input of another form than its check has', async () => {
    const given = await answers({ id: 'q1', op: 'verify_log', check: 'roots', input: INCLUSION });
    assert.deepEqual(given, [{ id: 'q1', unsupported: true }]);
    const script = { id: 'q1', op: 'verify_part', part: 'op-return-script', input: { script: 'é0' } };
    assert.deepEqual(await answers(script), [{ id: 'q1', unsupported: true }]);
  });
});
