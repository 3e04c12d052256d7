/** Verdicts of verdict.json that say what is wrong: UNKNOWN, ALTERED and REJECTED, with the code. */
import type { BirthRecord } from '../../reference/gen/schemas.ts';
import { ANCHOR_KEYS, digestOfRecord } from './example-record.ts';
import { forgedBirth, foreignSuccessor } from './forged-successions.ts';
import { envelopeOf, HOLDERS, hostedAt, SUCCEEDED, type Holder } from './hosted-stages.ts';
import { digestOf, keyOf, masterKey, publicKey } from './keys.ts';
import { headersBetween } from './recorded-headers.ts';
import { lineageOf, linkProofOf, RECORD, RECORDED, RECORDS } from './recorded-proofs.ts';
import { branch, bundleOf, FIRST, inputOf, known, LAST, TIP, upTo, type Question } from './verdict-questions.ts';
import type { GroupBuilder } from './vector-builder.ts';

const [FIRST_KEY] = ANCHOR_KEYS;

export function otherVerdicts(group: GroupBuilder): void {
  const answer = (
    [verdict, code]: [string, string],
    comment: string,
    flag: string,
    requirements: [string, ...string[]],
    question: Question,
  ): void => group.valid({ comment, flags: [flag], requirements, input: inputOf(question) }, { verdict, code });
  const rejected = (code: string): [string, string] => ['REJECTED', code];
  const source: [string, string] = ['UNKNOWN', 'MDT_SOURCE'];
  const altered: [string, string] = ['ALTERED', 'MDT_ALTERED'];
  const hosted = FIRST;
  const renamed = { ...RECORD, name: 'Another Authority' };
  const signedByItself = envelopeOf([{ record: renamed, key: FIRST_KEY }], linkProofOf(0), lineageOf());
  const byStranger = envelopeOf([{ record: renamed, key: keyOf('stranger') }], linkProofOf(0), lineageOf());
  const memory = [known(RECORD, RECORDED.birth.txid)];

  answer(rejected('MDT_PIN'), 'another entity than the one expected', 'Pin', ['MDT-VER-109'], {
    hosted,
    pins: [digestOf('another entity').toString('hex')],
  });
  answer(source, 'nothing came', 'Source', ['MDT-VER-102'], {});
  answer(source, 'read at another place', 'Source', ['MDT-VER-108'], {
    hosted,
    url: 'https://mirror.example.org/dta.json',
  });
  answer(source, 'no source of headers answers', 'Source', ['MDT-VER-102'], { hosted, sources: [] });
  answer(source, 'every source is refused', 'Source', ['MDT-VER-102', 'MDT-CHN-107'], {
    hosted,
    sources: [{ name: 'http://127.0.0.1:28443', headers: headersBetween(2, TIP) }],
  });
  answer(source, 'another record than the one known, signed by a stranger', 'Source', ['MDT-VER-102'], {
    hosted: byStranger,
    known: memory,
  });
  answer(source, 'what is no record, where one is known', 'Source', ['MDT-VER-102'], {
    hosted: { title: 'Service Unavailable' },
    known: memory,
  });
  const succession = [known(RECORDS[1] ?? RECORD, RECORDED.successors[0]?.anchor.txid ?? '')];
  answer(source, 'the first record, where its successor is known', 'Source', ['MDT-VER-102'], {
    hosted,
    known: succession,
  });
  answer(source, 'a lineage that ends before the tip that is known', 'Source', ['MDT-VER-102'], {
    hosted,
    known: [known(RECORD, RECORDED.successors[0]?.anchor.txid ?? '')],
  });

  answer(
    rejected('MDT_PIN'),
    'by the key of the BIRTH shown, which nothing ties to it',
    'Altered',
    ['MDT-VER-103', 'MDT-VER-109'],
    {
      hosted: signedByItself,
    },
  );
  answer(rejected('MDT_DIGEST'), 'the same, and nobody expected', 'Altered', ['MDT-VER-103', 'MDT-DOC-112'], {
    hosted: signedByItself,
    pins: [],
  });
  answer(altered, 'another record by the key that is known', 'Altered', ['MDT-VER-103'], {
    hosted: signedByItself,
    known: memory,
  });

  const [first, second] = HOLDERS;
  if (!first || !second) throw new Error('no successor');
  const rewritten = { ...second, record: { ...second.record, name: 'Another Authority' } };
  answer(altered, 'another successor record by the key that the SUCCESSOR shown pays', 'Altered', ['MDT-VER-103'], {
    hosted: envelopeOf([first, rewritten], linkProofOf(2), lineageOf(3, [0, 2])),
    sources: [upTo(147)],
  });
  const isProvenBeside = envelopeOf([first, rewritten], linkProofOf(2), lineageOf(3, [0]));
  answer(
    altered,
    'the same, where the anchor beside the record alone proves the SUCCESSOR',
    'Altered',
    ['MDT-VER-103'],
    {
      hosted: isProvenBeside,
      sources: [upTo(147)],
    },
  );
  const [atBirth, atSuccessor] = lineageOf(3, [0, 2]).proofs;
  const after = { ...lineageOf(3, [0, 2]), proofs: [atBirth, atSuccessor, { ...atBirth, link: 3 }] };
  answer(altered, 'the same, with a proof of a link that is not there', 'Altered', ['MDT-VER-103'], {
    hosted: envelopeOf([first, rewritten], linkProofOf(2), after as ReturnType<typeof lineageOf>),
    sources: [upTo(147)],
  });
  answer(rejected('MDT_PIN'), 'the same of an entity that nobody expects', 'Altered', ['MDT-VER-103', 'MDT-VER-109'], {
    hosted: isProvenBeside,
    sources: [upTo(147)],
    pins: [digestOf('another entity').toString('hex')],
  });

  const outpoint = { txid: digestOf('an outpoint').toString('hex'), vout: 0 };
  const foreign = forgedBirth(heldByStranger({ ...RECORD, lineage: outpoint }), digestOfRecord(RECORD));
  answer(
    rejected('MDT_PIN'),
    "a stranger's BIRTH of the digest that is expected",
    'Altered',
    ['MDT-VER-103', 'MDT-VER-109'],
    {
      hosted: foreign.hosted,
      sources: [{ name: 'http://127.0.0.1:18443', headers: foreign.headers }],
    },
  );
  const theft = foreignSuccessor(heldByStranger(second.record));
  answer(
    rejected('MDT_SUCCESSOR_MISSING'),
    'a SUCCESSOR beside the lineage, by the first key',
    'Altered',
    ['MDT-VER-103', 'MDT-LIN-111'],
    { hosted: theft.hosted, sources: [{ name: 'http://127.0.0.1:18443', headers: theft.headers }] },
  );

  const confirmations: [string, string] = ['UNKNOWN', 'MDT_CONFIRMATIONS'];
  answer(confirmations, 'one confirmation less than the reader asks', 'Depth', ['MDT-CHN-110'], {
    hosted,
    confirmations: 11,
  });
  answer(confirmations, 'one confirmation less than the record asks', 'Depth', ['MDT-CHN-110'], {
    hosted,
    confirmations: 1,
    sources: [upTo(135)],
  });

  const elsewhere = branch(128, 150, 'http://127.0.0.1:28443');
  answer(rejected('MDT_NOT_IN_CHAIN'), 'another branch has more work', 'Chain', ['MDT-CHN-108', 'MDT-CHN-109'], {
    hosted,
    sources: [upTo(TIP), elsewhere],
  });
  for (const [comment, headers] of [
    ['the headers end below the block of the anchor', upTo(130)],
    ['another block at the height of the anchor, which is not deep enough', branch(130, 135, 'http://127.0.0.1:28443')],
  ] as const)
    answer(source, comment, 'Chain', ['MDT-VER-111', 'MDT-VER-102', 'MDT-CHN-109'], { hosted, sources: [headers] });
  answer(
    source,
    'another block at the height of a link, which is not deep enough',
    'Chain',
    ['MDT-VER-111', 'MDT-VER-102'],
    {
      hosted,
      sources: [branch(131, 136, 'http://127.0.0.1:28443')],
    },
  );
  const { anchor } = FIRST;
  answer(rejected('MDT_NOT_IN_CHAIN'), 'the locator names another height', 'Chain', ['MDT-CHN-109'], {
    hosted: { ...FIRST, anchor: { ...anchor, locator: withoutTxref({ ...anchor.locator, height: 130 }) } },
  });
  const [birth, status] = FIRST.lineage.proofs;
  answer(rejected('MDT_NOT_IN_CHAIN'), 'a link is proven in a block of another height', 'Chain', ['MDT-CHN-109'], {
    hosted: {
      ...FIRST,
      lineage: {
        ...FIRST.lineage,
        proofs: [birth, { ...status, locator: withoutTxref({ ...(status ?? birth).locator, height: 133 }) }],
      },
    },
  });

  const stale = { ...RECORD, freshness: { ...RECORD.freshness, hash: digestOf('no block').toString('hex') } };
  const early = { ...RECORD, freshness: { ...RECORD.freshness, height: 125 } };
  for (const [comment, record] of [
    ['a freshness block that nobody mined', stale],
    ['a freshness block at another height', early],
  ] as const) {
    const { hosted: forged, headers } = forgedBirth({ record, key: FIRST_KEY });
    const entity = digestOfRecord(record).toString('hex');
    answer(rejected('MDT_FRESHNESS'), comment, 'Time', ['MDT-VER-107'], {
      hosted: forged,
      pins: [entity],
      sources: [{ name: 'http://127.0.0.1:18443', headers }],
    });
  }

  answer(rejected('MDT_SIGNATURE'), 'signed by a stranger, and nothing known', 'Refusal', ['MDT-DOC-113'], {
    hosted: { ...FIRST, signature: byStranger.signature },
  });
  answer(rejected('MDT_DIGEST'), 'another digest than the one stated', 'Refusal', ['MDT-DOC-112'], {
    hosted: { ...FIRST, sha256: digestOf('another').toString('hex') },
  });
  answer(rejected('MDT_CHAIN_SIGNATURE'), 'another prevout_value', 'Refusal', ['MDT-LIN-105'], {
    hosted: { ...FIRST, anchor: { ...anchor, proof: { ...anchor.proof, prevout_value: 1 } } },
  });
  answer(rejected('MDT_SUCCESSOR_MISSING'), 'a successor that is not shown', 'Refusal', ['MDT-LIN-111'], {
    hosted: hostedAt({ ...SUCCEEDED, records: 1 }),
    sources: [upTo(147)],
  });

  const bundle = bundleOf(FIRST, TIP);
  answer(rejected('MDT_PIN'), 'a bundle of another entity', 'Bundle', ['MDT-VER-109'], {
    bundle,
    sources: [],
    pins: [digestOf('another entity').toString('hex')],
  });
  answer(source, 'a bundle whose last header is cut', 'Bundle', ['MDT-VER-102', 'MDT-CHN-101'], {
    bundle: bundleOf(FIRST, TIP, headersBetween(1, TIP).slice(0, -2)),
    sources: [],
  });
  answer(rejected('MDT_NOT_JSON'), 'a bundle of something else', 'Bundle', ['MDT-DOC-104'], {
    bundle: { ...bundle, hosted: '<html></html>' },
    sources: [],
  });
  answer(source, 'a bundle without headers', 'Bundle', ['MDT-VER-111', 'MDT-VER-102'], {
    bundle: bundleOf(FIRST, TIP, ''),
    sources: [],
  });
  const { chain, headers } = bundle;
  const nowhere = digestOf('no block').toString('hex');
  for (const [comment, changed] of [
    ['of another chain', { chain: { ...chain, genesis: nowhere } }],
    [
      'with a checkpoint that its headers do not follow',
      { chain: { ...chain, checkpoint: { height: 0, hash: nowhere } } },
    ],
    ['with a checkpoint above its headers', { chain: { ...chain, checkpoint: { height: 2016, hash: nowhere } } }],
    ['whose headers begin at another height than it says', { headers: { ...headers, from: 0 } }],
    ['whose headers begin above its checkpoint', { headers: { ...headers, from: 2 } }],
  ] as const)
    answer(source, `a bundle ${comment}`, 'Bundle', ['MDT-VER-112', 'MDT-VER-102', 'MDT-CHN-107'], {
      bundle: { ...bundle, ...changed },
      sources: [],
    });

  const own = 140;
  const later = { ...upTo(LAST), headers: headersBetween(own + 1, LAST) };
  answer(source, 'a checkpoint above the anchor, and no header below it', 'Earlier', ['MDT-VER-111', 'MDT-VER-102'], {
    hosted,
    own,
    sources: [later],
  });
  answer(source, 'headers that do not lead up to the checkpoint', 'Earlier', ['MDT-CHN-111', 'MDT-VER-102'], {
    hosted,
    own,
    sources: [{ ...later, earlier: headersBetween(113, own - 2) }],
  });
  answer(
    source,
    'headers up to the checkpoint that begin above the freshness block',
    'Earlier',
    ['MDT-CHN-111', 'MDT-VER-102'],
    {
      hosted,
      own,
      sources: [{ ...later, earlier: headersBetween(125, own - 1) }],
    },
  );
}

/** The record with keys of a stranger, who can sign it. */
function heldByStranger(record: BirthRecord): Holder {
  const key = keyOf('stranger');
  const anchor = publicKey(key);
  const { mpk, pop } = masterKey('stranger', anchor);
  const keys = { ...record.keys, anchor: anchor.toString('hex') };
  return { record: { ...record, keys, master_public_key: mpk, master_pop: pop }, key };
}

function withoutTxref<T extends { txref?: string }>(locator: T): Omit<T, 'txref'> {
  const { txref: _, ...rest } = locator;
  return rest;
}
