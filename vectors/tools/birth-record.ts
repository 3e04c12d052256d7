/** vectors/birth-record.json: first Birth Records, valid and with one fault each (spec 1.4, 3.1). */
import type { BirthRecord, VectorFile } from '../../reference/gen/schemas.ts';
import { digestOfRecord } from './example-record.ts';
import { keyOf, masterKey, publicKey, sha256 } from './keys.ts';
import { RECORD } from './recorded-proofs.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const MAIN = {
  genesis: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
  header_format: 'sha256d-80' as const,
  checkpoint: { height: 0, hash: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f' },
};

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'birth-record',
    source: 'the record of the recorded chain, changed by hand; digests by json-canonicalize and OpenSSL',
    header: [
      "birth-record: read a first Birth Record: its digest, or the refusal. Where own_chain stands, it is the reader's.",
      'Each invalid record differs in one place from a valid one.',
    ],
    notes: {
      Missing: { bugType: 'MISSING_STEP', description: 'A required member is not there.' },
      Unknown: { bugType: 'CONFUSION', description: 'A member that this specification does not define, outside ext.' },
      Form: { bugType: 'TYPE', description: 'A member of another type, length, case or range.' },
      Role: { bugType: 'CONFUSION', description: 'A member that belongs to another role.' },
      Keys: { bugType: 'AUTHENTICATION', description: 'A key that is no point, or that is used twice.' },
      Policy: { bugType: 'POLICY', description: 'Allowed on regtest only.' },
      Chain: { bugType: 'CONFUSION', description: "Another chain than the reader's." },
      Extension: {
        bugType: 'FORWARD_COMPATIBILITY',
        description: 'ext holds what its author likes and every reader ignores.',
      },
    },
  })
    .group({ type: 'birth-record', source: 'vectors/sources/regtest-chain.json' }, accepted)
    .group({ type: 'birth-record', source: 'vectors/sources/regtest-chain.json' }, refused)
    .build();
}

type Change = (record: Record<string, any>) => void; // eslint-disable-line @typescript-eslint/no-explicit-any

function changed(change: Change): BirthRecord {
  const record = structuredClone(RECORD);
  change(record);
  return record;
}

const relay: Change = (record) => {
  record['role'] = 'relay';
  for (const name of ['master_public_key', 'master_pop', 'idps']) delete record[name];
  delete record['keys'].log;
  delete record['keys'].directory;
  delete record['services'].activity_log;
  delete record['services'].metadata;
  record['services'].relay = record['services'].grpc;
};
const idp: Change = (record) => {
  record['role'] = 'idp';
  for (const name of ['master_public_key', 'master_pop', 'idps']) delete record[name];
  record['services'].metadata = `${String(record['issuer'])}/.well-known/openid-configuration`;
};
const onMain: Change = (record) => {
  record['chain'] = MAIN;
};

/** Promises a key that the record has already. */
function promise(record: Parameters<Change>[0], name: 'anchor' | 'status'): void {
  record['keys'].next_anchor_hash = sha256(Buffer.from(record['keys'][name], 'hex')).toString('hex');
}

/** What a valid record is the positive control of. */
const RULES: [string, ...string[]] = ['MDT-REC-001', 'MDT-DOC-110', 'MDT-DOC-111', 'MDT-REC-103', 'MDT-REC-105'];

function accepted(group: GroupBuilder): void {
  const accept = (
    comment: string,
    record: BirthRecord,
    flags: string[] = [],
    more: Record<string, unknown> = {},
  ): void =>
    group.valid(
      {
        comment,
        flags,
        requirements: more['own_chain'] === undefined ? RULES : [...RULES, 'MDT-DOC-115'],
        input: { record, ...more },
      },
      { digest: digestOfRecord(record).toString('hex') },
    );
  accept('a D-TA', RECORD);
  accept('an IdP', changed(idp));
  accept('a relay', changed(relay));
  accept(
    'a D-TA without IdPs',
    changed((record) => void (record['idps'] = [])),
  );
  accept(
    'with a Noise key and service',
    changed((record) => {
      record['keys'].noise = publicKey(keyOf('noise')).toString('hex');
      record['services'].noise = 'dta.example.org:9735';
    }),
  );
  accept(
    'with extensions',
    changed((record) => void (record['ext'] = { 'example.org': { any: [1, 'thing', null] } })),
    ['Extension'],
  );
  accept(
    'an http issuer on a loopback address of regtest',
    changed((record) => {
      record['issuer'] = 'http://127.0.0.1:8080';
      record['services'].birth_record = 'http://127.0.0.1:8080/.well-known/milagro-birth-record';
      record['services'].metadata = 'http://127.0.0.1:8080/.well-known/milagro-dta';
    }),
    ['Policy'],
  );
  accept(
    'short periods on regtest',
    changed((record) => void Object.assign(record['policy'], { anchor_period_seconds: 2, canary_max_age_seconds: 6 })),
    ['Policy'],
  );
  accept('on the main network, canary_max_age exactly three periods and four hours', changed(onMain), ['Policy']);
  accept("of the reader's own chain", RECORD, ['Chain'], {
    own_chain: { genesis: RECORD.chain.genesis, checkpoint: RECORD.chain.checkpoint },
  });
}

function refused(group: GroupBuilder): void {
  const refuse = (
    code: string,
    requirement: string,
    flag: string,
    cases: Record<string, Change>,
    more: Record<string, unknown> = {},
  ): void => {
    for (const [comment, change] of Object.entries(cases)) {
      group.invalid(
        { comment, flags: [flag], requirements: [requirement], input: { record: changed(change), ...more } },
        code,
      );
    }
  };
  const required = [
    'type',
    'spec',
    'role',
    'name',
    'operator',
    'issuer',
    'chain',
    'created',
    'freshness',
    'lineage',
    'keys',
    'services',
    'policy',
    'master_public_key',
    'master_pop',
    'idps',
  ];
  refuse(
    'MDT_SCHEMA',
    'MDT-DOC-111',
    'Missing',
    Object.fromEntries(required.map((name): [string, Change] => [`no ${name}`, (record) => void delete record[name]])),
  );
  refuse('MDT_SCHEMA', 'MDT-DOC-111', 'Missing', {
    'no keys.anchor': (record) => void delete record['keys'].anchor,
    'a D-TA without keys.log': (record) => void delete record['keys'].log,
    'no policy.confirmations': (record) => void delete record['policy'].confirmations,
    'no chain.checkpoint': (record) => void delete record['chain'].checkpoint,
    'no services.grpc': (record) => void delete record['services'].grpc,
    'previous without entity_id': (record) => void (record['previous'] = '11'.repeat(32)),
  });
  refuse('MDT_UNKNOWN_MEMBER', 'MDT-DOC-110', 'Unknown', {
    'at the top': (record) => void (record['website'] = 'https://example.org'),
    'in keys': (record) => void (record['keys'].backup = '11'.repeat(33)),
    'in chain.checkpoint': (record) => void (record['chain'].checkpoint.work = 1),
    'in policy': (record) => void (record['policy'].extra = 1),
    'in services': (record) => void (record['services'].http = 'https://dta.example.org'),
    'in operator': (record) => void (record['operator'].phone = '+41'),
    'a signature': (record) => void (record['signature'] = '11'.repeat(64)),
    'its digest': (record) => void (record['sha256'] = '11'.repeat(32)),
  });
  refuse('MDT_SCHEMA', 'MDT-DOC-111', 'Form', {
    'another type': (record) => void (record['type'] = 'milagro-status'),
    'spec 1.1': (record) => void (record['spec'] = '1.1'),
    'spec as a number': (record) => void (record['spec'] = 1),
    'role in upper case': (record) => void (record['role'] = 'DTA'),
    'an empty name': (record) => void (record['name'] = ''),
    'keys.anchor in upper case': (record) => void (record['keys'].anchor = record['keys'].anchor.toUpperCase()),
    'keys.anchor uncompressed': (record) => void (record['keys'].anchor = `04${'11'.repeat(64)}`),
    'keys.anchor one octet short': (record) => void (record['keys'].anchor = record['keys'].anchor.slice(0, -2)),
    'keys.log with a line feed at its end': (record) => void (record['keys'].log = `${String(record['keys'].log)}\n`),
    'created with a fraction': (record) => void (record['created'] = '2026-01-01T21:40:00.000Z'),
    'created with an offset': (record) => void (record['created'] = '2026-01-01T21:40:00+00:00'),
    'created in lower case': (record) => void (record['created'] = '2026-01-01t21:40:00z'),
    'created on a day that does not exist': (record) => void (record['created'] = '2026-02-30T00:00:00Z'),
    'created as a number': (record) => void (record['created'] = 1_767_303_600),
    'a leap second': (record) => void (record['created'] = '2016-12-31T23:59:60Z'),
    'freshness.height negative': (record) => void (record['freshness'].height = -1),
    'freshness.hash of 31 octets': (record) => void (record['freshness'].hash = '11'.repeat(31)),
    'lineage.vout of 2^32': (record) => void (record['lineage'].vout = 2 ** 32),
    'header_format of 164 octets': (record) => void (record['chain'].header_format = 'sha256d-164'),
    'issuer with a query': (record) => void (record['issuer'] = 'https://dta.example.org?a'),
    'issuer with a fragment': (record) => void (record['issuer'] = 'https://dta.example.org#a'),
    'issuer with user information': (record) => void (record['issuer'] = 'https://u@dta.example.org'),
    'issuer of another scheme': (record) => void (record['issuer'] = 'ftp://dta.example.org'),
    'contact of another scheme': (record) => void (record['operator'].contact = 'tel:+41'),
    'a jurisdiction in lower case': (record) => void (record['operator'].jurisdiction = 'ch'),
    'an IdP twice': (record) => void record['idps'].push(record['idps'][0]),
    'confirmations of 0': (record) => void (record['policy'].confirmations = 0),
    'master_public_key uncompressed': (record) => void (record['master_public_key'] = '17'.repeat(192)),
    'null for idps': (record) => void (record['idps'] = null),
  });
  refuse('MDT_SCHEMA', 'MDT-DOC-111', 'Role', {
    'an IdP with a master key': (record) => {
      const { master_public_key: mpk, master_pop: pop } = record;
      idp(record);
      Object.assign(record, { master_public_key: mpk, master_pop: pop });
    },
    'an IdP with idps': (record) => {
      idp(record);
      record['idps'] = [];
    },
    'a relay with keys.log': (record) => {
      relay(record);
      record['keys'].log = RECORD.keys.log;
    },
    'a relay with metadata': (record) => {
      relay(record);
      record['services'].metadata = 'https://relay.example.org/.well-known/milagro-dta';
    },
    'a relay without services.relay': (record) => {
      relay(record);
      delete record['services'].relay;
    },
    'a relay with activity_log': (record) => {
      relay(record);
      record['services'].activity_log = 'https://dta.example.org/log';
    },
  });
  const noPoint = `02${'ff'.repeat(32)}`;
  refuse('MDT_SCHEMA', 'MDT-REC-105', 'Keys', {
    'keys.status is no point': (record) => void (record['keys'].status = noPoint),
    'keys.noise is no point': (record) => void (record['keys'].noise = `02${'00'.repeat(31)}05`),
    'keys.status is keys.anchor': (record) => void (record['keys'].status = record['keys'].anchor),
    'keys.next_anchor_hash promises keys.anchor': (record) => promise(record, 'anchor'),
    'keys.next_anchor_hash promises keys.status': (record) => promise(record, 'status'),
    'keys.directory is keys.log': (record) => void (record['keys'].directory = record['keys'].log),
  });
  refuse('MDT_MASTER_POP', 'MDT-REC-102', 'Keys', {
    'the proof of possession of another master key': (record) =>
      void (record['master_pop'] = masterKey('other', publicKey(keyOf('anchor'))).pop),
    'made for another anchor key': (record) => void (record['keys'].anchor = publicKey(keyOf('other')).toString('hex')),
  });
  refuse('MDT_BLS_POINT', 'MDT-REC-101', 'Keys', {
    'master_public_key is the identity': (record) => void (record['master_public_key'] = `c0${'00'.repeat(95)}`),
    'master_pop is the identity': (record) => void (record['master_pop'] = `c0${'00'.repeat(47)}`),
  });
  refuse('MDT_POLICY', 'MDT-REC-103', 'Policy', {
    'canary_max_age one second short on the main network': (record) => {
      onMain(record);
      record['policy'].canary_max_age_seconds = 273_599;
    },
    'an http issuer on the main network': (record) => {
      onMain(record);
      record['issuer'] = 'http://dta.example.org';
    },
  });
  const own = { genesis: RECORD.chain.genesis, checkpoint: RECORD.chain.checkpoint };
  refuse('MDT_WRONG_CHAIN', 'MDT-DOC-115', 'Chain', { 'of the main network': onMain }, { own_chain: own });
  refuse(
    'MDT_WRONG_CHAIN',
    'MDT-DOC-115',
    'Chain',
    {
      'another checkpoint hash': (record) => void (record['chain'].checkpoint.hash = '11'.repeat(32)),
      'another checkpoint height': (record) => void (record['chain'].checkpoint.height = 2016),
    },
    { own_chain: own },
  );
}
