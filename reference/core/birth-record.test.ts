import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { BirthRecord } from '../gen/schemas.ts';
import { checkRecordRules } from './birth-record-rules.ts';
import { buildRecord, entityIdOf, signRecord } from './birth-record.ts';
import { documentDigest } from './canonical.ts';
import { verifyDigestSignature } from './document-signature.ts';
import type { ErrorCode } from './errors.ts';
import { refuses } from './expect-error.ts';
import { anchoredRecord } from './fixtures/anchored-record.ts';
import { parseHex } from './hex.ts';
import { SCHEMA_FILES } from './schema-files.ts';
import { validate } from './schema.ts';

const record = anchoredRecord().birth_record;
const MAIN_GENESIS = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';
const onMain: BirthRecord = {
  ...record,
  issuer: 'https://dta.example.org',
  chain: { ...record.chain, genesis: MAIN_GENESIS },
  policy: { ...record.policy, anchor_period_seconds: 86_400, canary_max_age_seconds: 3 * 86_400 + 14_400 },
};

describe('buildRecord', () => {
  const { keys, services, policy } = record;
  const identity = {
    role: 'dta' as const,
    name: record.name,
    operator: record.operator,
    issuer: record.issuer,
    grpc: services.grpc,
    keys: {
      anchor: keys.anchor,
      next_anchor_hash: keys.next_anchor_hash,
      log: keys.log ?? '',
      directory: keys.directory ?? '',
      status: keys.status,
    },
    masterPublicKey: record.master_public_key ?? '',
    masterPop: record.master_pop ?? '',
    idps: [],
    policy,
  };
  const circumstances = {
    chain: record.chain,
    created: record.created,
    freshness: record.freshness,
    lineage: record.lineage,
  };

  it('writes the record that was anchored, from what was known then', () => {
    assert.deepEqual(buildRecord(identity, circumstances), record);
  });

  it('writes nothing that its schema refuses', async () => {
    await refuses(() => buildRecord({ ...identity, name: '' }, circumstances), 'MDT_SCHEMA', '/name');
    await refuses(
      () => buildRecord(identity, { ...circumstances, created: '2026-02-30T00:00:00Z' }),
      'MDT_SCHEMA',
      '/created',
    );
  });
});

describe('signRecord', () => {
  it('signs the digest, which is the entity_id of a first record', () => {
    const secret = new Uint8Array(32).fill(9);
    const signed = signRecord(record, secret);
    assert.equal(entityIdOf(signed.digest), anchoredRecord().sha256);
    const own = signRecord({ ...record, name: 'x' }, secret);
    assert.deepEqual(own.digest, documentDigest({ ...record, name: 'x' }));
    assert.throws(() =>
      verifyDigestSignature(
        'milagro-birth-record',
        own.digest,
        own.signature,
        parseHex(record.keys.anchor, 'MDT_SCHEMA', ''),
      ),
    );
  });
});

describe('checkRecordRules', () => {
  it('takes the anchored record, and one of the main chain with the least canary age', () => {
    checkRecordRules(record);
    checkRecordRules(onMain);
  });

  const { keys } = record;
  const refused: readonly (readonly [what: string, record: BirthRecord, code: ErrorCode, field: string])[] = [
    [
      'a canary age one second too short',
      { ...onMain, policy: { ...onMain.policy, canary_max_age_seconds: 273_599 } },
      'MDT_POLICY',
      '/policy/canary_max_age_seconds',
    ],
    ['http on the main chain', { ...onMain, issuer: 'http://127.0.0.1' }, 'MDT_POLICY', '/issuer'],
    [
      'the anchor key as status key',
      { ...record, keys: { ...keys, status: keys.anchor } },
      'MDT_SCHEMA',
      '/keys/status',
    ],
    [
      'the log key as directory key',
      { ...record, keys: { ...keys, directory: keys.log ?? '' } },
      'MDT_SCHEMA',
      '/keys/directory',
    ],
    [
      'an anchor key that is no point',
      { ...record, keys: { ...keys, anchor: `02${'f'.repeat(64)}` } },
      'MDT_SCHEMA',
      '/keys/anchor',
    ],
    [
      'a noise key that is no point',
      { ...record, keys: { ...keys, noise: `02${'f'.repeat(64)}` } },
      'MDT_SCHEMA',
      '/keys/noise',
    ],
    [
      'a proof of possession for another anchor key',
      { ...record, keys: { ...keys, anchor: keys.status, status: keys.anchor } },
      'MDT_MASTER_POP',
      '/master_pop',
    ],
  ];
  for (const [what, changed, code, field] of refused) {
    it(`refuses ${what} with ${code}`, async () => refuses(() => checkRecordRules(changed), code, field));
  }
});

describe('the schemas', () => {
  it('are valid against the meta-schema of JSON Schema 2020-12, which a start of the service does not check', () => {
    const ajv = new Ajv2020({ strict: false });
    for (const [name, schema] of Object.entries(SCHEMA_FILES)) assert.equal(ajv.validateSchema(schema), true, name);
  });

  it('name the member at fault', async () => {
    const without = (name: keyof BirthRecord): unknown =>
      Object.fromEntries(Object.entries(record).filter(([member]) => member !== name));
    for (const name of ['issuer', 'keys', 'master_pop', 'idps'] as const) {
      await refuses(() => validate('birth-record', without(name)), 'MDT_SCHEMA', `/${name}`);
    }
    await refuses(() => validate('birth-record', { ...record, more: 1 }), 'MDT_UNKNOWN_MEMBER', '/more');
    await refuses(
      () => validate('birth-record', { ...record, keys: { ...record.keys, 'a/b': '' } }),
      'MDT_UNKNOWN_MEMBER',
      '/keys/a~1b',
    );
    await refuses(() => validate('birth-record', { ...record, previous: '00'.repeat(32) }), 'MDT_SCHEMA', '/entity_id');
    await refuses(() => validate('birth-record', { ...record, spec: '1.1' }), 'MDT_SCHEMA', '/spec');
    validate('birth-record', { ...record, ext: { anything: [1] } });
  });
});
