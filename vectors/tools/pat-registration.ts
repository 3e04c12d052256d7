/** vectors/pat-registration.json: PAT statements, batches, and registrations before a reader (spec chapter 10). */
import type { PatStatement, VectorFile } from '../../reference/gen/schemas.ts';
import { leafHash } from '../../conformance/oracle/log-tree.ts';
import { inclusionPath } from './example-activity.ts';
import { digestOfRecord } from './example-record.ts';
import { forgePaid } from './forged-anchors.ts';
import { digestOf, keyOf, publicKey, sha256, signHash, tagged } from './keys.ts';
import { headerAt, rfc3339, timeOf } from './recorded-headers.ts';
import { RECORD } from './recorded-proofs.ts';
import {
  anchored,
  batched,
  bodyOf,
  direct,
  hashOf,
  inputOf,
  KEY,
  leafOf,
  learnt,
  leavesOf,
  PARENT,
  signatureOf,
  statementOf,
  type Anchored,
  type Asked,
  type Plan,
} from './registered-statements.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const SOURCE = 'signed with noble-curves; trees by RFC 9162, 2.1.1; blocks mined at the target of regtest';
const ALL: [string, ...string[]] = ['MDT-PAT-101', 'MDT-PAT-102', 'MDT-PAT-103', 'MDT-PAT-104', 'MDT-PAT-105'];
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'pat-registration',
    source: SOURCE,
    header: [
      'pat-statement: digest, signed hash and signature of a statement by its private key.',
      'pat-batch: the payload of a PAT_BATCH of these leaves, and the path of the leaf at `index`.',
      'pat-registration: what a reader learns of a registration who knows `subject_key`, and these headers from its checkpoint on.',
    ],
    notes: {
      Direct: { bugType: 'BASIC', description: 'One signature in one transaction.' },
      Batched: { bugType: 'BASIC', description: 'One leaf of many under one transaction.' },
      Depth: { bugType: 'BASIC', description: 'Blocks upon the anchor, and the times that they give.' },
      Form: { bugType: 'CANONICALIZATION', description: 'Not of the schema.' },
      Stranger: { bugType: 'CONFUSION', description: 'Right, and not what the reader asks for.' },
      Signature: { bugType: 'AUTHENTICATION', description: 'Another key, another message, another s.' },
      Taken: {
        bugType: 'CONFUSION',
        description: 'A signature that stands in the chain, shown as something that it is not.',
      },
      Commitment: { bugType: 'MISSING_STEP', description: 'The transaction does not commit to the signature.' },
      Path: { bugType: 'MISSING_STEP', description: 'The path does not lead from the leaf to the root of the batch.' },
      Chain: {
        bugType: 'MISSING_STEP',
        description: 'The block is not, or not deep enough, in the chain of the reader.',
      },
    },
  })
    .group({ type: 'pat-statement', source: SOURCE }, statements)
    .group({ type: 'pat-batch', source: 'RFC 9162, 2.1.1 and 2.1.3.1' }, batches)
    .group({ type: 'pat-registration', source: SOURCE }, registrations)
    .build();
}

function statements(group: GroupBuilder): void {
  const says = (comment: string, statement: PatStatement, name = 'pat'): void =>
    group.valid(
      {
        comment,
        flags: ['Direct'],
        requirements: ['MDT-PAT-104'],
        input: { statement, private_key: keyOf(name).toString('hex') },
      },
      {
        digest: digestOfRecord(statement).toString('hex'),
        hash: hashOf(statement).toString('hex'),
        signature: signatureOf(statement, keyOf(name)),
      },
    );
  says('a statement', statementOf());
  says('by another key', statementOf({}, 'other pat'), 'other pat');
  says('of something else', statementOf({ statement_digest: digestOf('something else').toString('hex') }));
  says('with an extension', statementOf({ ext: { note: 'ü' } }));
  group.invalid(
    {
      comment: 'without the digest of what is stated',
      flags: ['Form'],
      requirements: ['MDT-DOC-111', 'MDT-PAT-101'],
      input: { statement: { ...statementOf(), statement_digest: undefined }, private_key: KEY.toString('hex') },
    },
    'MDT_SCHEMA',
  );
}

function batches(group: GroupBuilder): void {
  const marker = Buffer.from('Milagro D-TA').toString('hex');
  for (const [count, index] of [
    [1, 0],
    [2, 0],
    [2, 1],
    [3, 2],
    [7, 4],
    [7, 6],
    [33, 32],
  ] as const) {
    const leaves = leavesOf(count);
    group.valid(
      {
        comment: `leaf ${String(index)} of ${String(count)}`,
        flags: ['Batched'],
        requirements: ['MDT-PAT-106'],
        input: { leaves: leaves.map((leaf) => leaf.toString('hex')), index },
      },
      {
        payload: `${marker}01${bodyOf(leaves)}`,
        path: inclusionPath(index, leaves.map(leafHash)).map((hash) => hash.toString('hex')),
      },
    );
  }
}

function registrations(group: GroupBuilder): void {
  const reads = (comment: string, shown: Anchored, flag: string, asked: Asked = {}, given = shown.headers): void => {
    const batched = shown.registration.batch ? ['MDT-PAT-106'] : [];
    const input = inputOf({ ...shown, headers: given }, asked);
    group.valid({ comment, flags: [flag], requirements: [...ALL, ...batched] as typeof ALL, input }, learnt(shown));
  };
  const refused = (
    [code, ...requirements]: [string, string, ...string[]],
    flag: string,
    comment: string,
    shown: Anchored,
    asked: Asked = {},
  ): void => {
    const [first, ...more] = requirements;
    group.invalid({ comment, flags: [flag], requirements: [first, ...more], input: inputOf(shown, asked) }, code);
  };

  reads('DIRECT', direct(), 'Direct');
  const anything = inputOf(direct({ statement: statementOf({ ext: { n: 1 } }) }));
  delete anything['statement_digest'];
  group.valid(
    {
      comment: 'DIRECT, to a reader that expects nothing in particular',
      flags: ['Direct'],
      requirements: ALL,
      input: anything,
    },
    learnt(direct({ statement: statementOf({ ext: { n: 1 } }) })),
  );
  for (const [count, index] of [
    [1, 0],
    [2, 0],
    [2, 1],
    [3, 2],
    [5, 4],
    [8, 3],
    [100, 99],
  ] as const)
    reads(`BATCHED, leaf ${String(index)} of ${String(count)}`, batched(count, index), 'Batched');
  const elsewhere = { height: 100, hash: digestOf('a block that is below').toString('hex') };
  const lower = statementOf({ chain: { ...RECORD.chain, checkpoint: elsewhere } });
  reads('a checkpoint below all headers of the reader', direct({ statement: lower }), 'Depth');
  const broken = direct();
  const headers = [...broken.headers.slice(0, 8), '00'.repeat(80), ...broken.headers.slice(8)];
  reads(
    'headers that are refused after the eighth',
    { ...broken, headers: broken.headers.slice(0, 8) },
    'Depth',
    {},
    headers,
  );
  reads('six confirmations', direct({ upon: 5 }), 'Depth');
  reads('seven confirmations, with which the bracket closes', direct({ upon: 6 }), 'Depth');
  reads('one confirmation, to a reader that is content with it', direct({ upon: 0 }), 'Depth', { confirmations: 1 });

  refusals(refused);
  pathRefusals(refused);
  chainRefusals(refused);
}

type Refuse = (
  codes: [string, string, ...string[]],
  flag: string,
  comment: string,
  shown: Anchored,
  asked?: Asked,
) => void;

function refusals(refused: Refuse): void {
  const right = direct();
  const says = (change: object): Anchored => ({
    ...right,
    registration: { ...right.registration, ...change },
  });
  const schema: [string, string, string] = ['MDT_SCHEMA', 'MDT-PAT-101', 'MDT-DOC-111'];
  refused(schema, 'Form', 'a signature of 63 octets', says({ signature: right.registration.signature.slice(2) }));
  refused(schema, 'Form', 'no locator', says({ locator: undefined }));
  refused(schema, 'Form', 'an index below 0', says({ batch: { index: -1, path: [] } }));
  refused(schema, 'Form', 'a key of 32 octets', says({ statement: statementOf({ subject_key: '02'.repeat(32) }) }));
  const elsewhere = statementOf({ chain: { ...RECORD.chain, genesis: digestOf('another genesis').toString('hex') } });
  refused(['MDT_WRONG_CHAIN', 'MDT-DOC-115'], 'Stranger', 'for another chain', direct({ statement: elsewhere }));
  const below = statementOf({
    chain: { ...RECORD.chain, checkpoint: { height: 0, hash: digestOf('another genesis').toString('hex') } },
  });
  refused(
    ['MDT_WRONG_CHAIN', 'MDT-DOC-115'],
    'Stranger',
    'a checkpoint at height 0 that is not the genesis',
    direct({ statement: below }),
  );
  const long = statementOf({ ext: { note: 'x'.repeat(16_384) } });
  refused(
    ['MDT_DOCUMENT_TOO_LARGE', 'MDT-DOC-101'],
    'Form',
    'a statement of more than 16,384 octets',
    direct({ statement: long }),
  );
  refused(['MDT_PAT_KEY', 'MDT-PAT-102'], 'Stranger', 'by a key that is not known', right, {
    subject_key: publicKey(keyOf('other pat')).toString('hex'),
  });
  refused(['MDT_DIGEST', 'MDT-PAT-103'], 'Stranger', 'of something else', right, {
    statement_digest: digestOf('something else').toString('hex'),
  });

  const statement = statementOf();
  const wrong = (comment: string, signature: Buffer | string, flag = 'Signature', code = 'MDT_SIGNATURE'): void =>
    refused([code, 'MDT-PAT-104'], flag, comment, direct({ statement, signature: signature.toString('hex') }));
  const digest = digestOfRecord(statement);
  wrong('signed by another key', Buffer.from(signatureOf(statement, keyOf('other pat')), 'hex'));
  wrong('the digest is signed alone', signHash(digest, KEY));
  wrong('signed as other documents are', signHash(sha256(tagged('MDT/1/milagro-pat-statement', digest)), KEY));
  const swapped = Buffer.concat([digest, publicKey(KEY)]);
  wrong('digest and key the other way round', signHash(sha256(tagged('MDT/1/pat-signature', swapped)), KEY));
  wrong('zeros', Buffer.alloc(64));
  const low = Buffer.from(signatureOf(statement), 'hex');
  const s = (ORDER - BigInt(`0x${low.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0');
  wrong('a high s', Buffer.concat([low.subarray(0, 32), Buffer.from(s, 'hex')]), 'Signature', 'MDT_SIGNATURE_HIGH_S');
  const later = statementOf({ created: rfc3339(timeOf(headerAt(PARENT)) + 1) });
  refused(
    ['MDT_SIGNATURE', 'MDT-PAT-104'],
    'Taken',
    'the signature of the same key on the same statement, written a second before',
    direct({ statement: later, signature: signatureOf(statement) }),
  );
  const mine = statementOf({}, 'other pat');
  refused(
    ['MDT_SIGNATURE', 'MDT-PAT-104'],
    'Taken',
    'the signature of somebody else, with a statement by a key of his own',
    direct({ statement: mine, signature: signatureOf(statement) }),
    { subject_key: mine.subject_key },
  );
}

function pathRefusals(refused: Refuse): void {
  const anchor: [string, string] = ['MDT_PAT_ANCHOR', 'MDT-PAT-105'];
  const statement = statementOf();
  const signature = signatureOf(statement);
  const paid = (body: string, plan: Plan = {}): Anchored =>
    anchored(forgePaid(body, 'payer'), { statement, signature, ...plan });
  const another = statementOf({ statement_digest: digestOf('something else').toString('hex') });
  const leaves = batched(4, 1).leaves;
  refused(anchor, 'Commitment', 'the signature of another statement is anchored', paid(`10${signatureOf(another)}`));
  refused(anchor, 'Commitment', 'a batch is anchored, and no batch is shown', paid(bodyOf(leaves)));
  refused(
    anchor,
    'Commitment',
    'the signature is anchored, and a batch is shown',
    paid(`10${signature}`, { batch: { index: 0, path: [] } }),
  );
  refused(
    anchor,
    'Commitment',
    'a STATUS is anchored',
    paid(`02${digestOfRecord(statement).toString('hex')}${'5a'.repeat(32)}`),
  );

  const batch: [string, string] = ['MDT_PAT_BATCH', 'MDT-PAT-106'];
  const hashes = leaves.map(leafHash);
  const path = inclusionPath(1, hashes).map((hash) => hash.toString('hex'));
  const shown = (comment: string, index: number, given: string[], body = bodyOf(leaves)): void =>
    refused(batch, 'Path', comment, paid(body, { batch: { index, path: given } }));
  shown('at the place of its neighbour', 0, path);
  shown('at no place of the tree', 4, path);
  shown(
    'the path of its neighbour',
    1,
    inclusionPath(0, hashes).map((hash) => hash.toString('hex')),
  );
  shown('a hash is missing', 1, path.slice(0, 1));
  shown('a hash is left over', 1, [...path, '00'.repeat(32)]);
  shown('the hashes the other way round', 1, path.toReversed());
  shown('no path', 1, []);
  shown('the tree is said to have fewer leaves', 1, path, bodyOf(leaves, 2));
  shown('the tree is said to have more leaves', 1, path, bodyOf(leaves, 5));
  shown('the tree is said to have no leaves', 0, [], bodyOf(leaves, 0));
  const bare = leaves.with(1, Buffer.concat([Buffer.from(statement.subject_key, 'hex'), digestOfRecord(statement)]));
  shown('a leaf without the signature', 1, path, bodyOf(bare));
  const only = leaves.with(1, Buffer.from(signature, 'hex'));
  shown('the signature alone as a leaf', 1, path, bodyOf(only));
  const none = leaves.with(1, leafOf(another, signatureOf(another)));
  shown('a batch without the leaf', 1, path, bodyOf(none));
}

function chainRefusals(refused: Refuse): void {
  const right = direct();
  const { registration } = right;
  const moved = { ...registration, locator: { ...registration.locator, txid: '11'.repeat(32) } };
  refused(['MDT_LOCATOR', 'MDT-LOC-102'], 'Commitment', 'the locator of another transaction', {
    ...right,
    registration: moved,
  });
  const rootless = { ...registration, proof: { ...registration.proof, merkle_branch: ['00'.repeat(32)] } };
  refused(['MDT_MERKLE_ROOT', 'MDT-PRF-104'], 'Commitment', 'a branch that leads elsewhere', {
    ...right,
    registration: rootless,
  });
  refused(['MDT_CONFIRMATIONS', 'MDT-CHN-110'], 'Chain', 'five confirmations of six', direct({ upon: 4 }));
  const withheld = { ...right, headers: [] };
  refused(['MDT_SOURCE', 'MDT-VER-111'], 'Chain', 'the headers end below the anchor', withheld);
  const other = anchored(forgePaid(`10${registration.signature}`, 'another payer'), {});
  refused(['MDT_NOT_IN_CHAIN', 'MDT-CHN-109'], 'Chain', 'in a block beside the chain', {
    ...right,
    headers: other.headers,
  });
  const fresh = (change: Partial<PatStatement['freshness']>): PatStatement =>
    statementOf({ freshness: { ...RECORD.freshness, ...change } });
  const freshness: [string, string] = ['MDT_FRESHNESS', 'MDT-VER-107'];
  refused(
    freshness,
    'Chain',
    'a freshness block above the anchor',
    direct({ statement: fresh({ height: PARENT + 1 }) }),
  );
  refused(freshness, 'Chain', 'a freshness block of no chain', direct({ statement: fresh({ hash: '11'.repeat(32) }) }));
}
