/** Verdicts of verdict.json that leave nothing open: VERIFIED, UNPINNED and RETIRED, with all that a reader learns. */
import { digestOf } from './keys.ts';
import { hostedAt, RETIRED, SUCCEEDED } from './hosted-stages.ts';
import { blockHash, headerAt, headersBetween } from './recorded-headers.ts';
import { RECORD, RECORDED, RECORDS } from './recorded-proofs.ts';
import {
  branch,
  bundleOf,
  ENTITY,
  FIRST,
  gave,
  gaveBranch,
  inputOf,
  known,
  LAST,
  learnt,
  TIP,
  upTo,
  type Learnt,
  type Question,
  type Source,
} from './verdict-questions.ts';
import type { GroupBuilder } from './vector-builder.ts';

export function verifiedEntities(group: GroupBuilder): void {
  const accept = (
    comment: string,
    flags: string[],
    requirements: string[],
    question: Question,
    expected: Learnt = {},
  ): void =>
    group.valid(
      { comment, flags, requirements: ['MDT-VER-105', 'MDT-VER-106', ...requirements], input: inputOf(question) },
      learnt(expected),
    );
  const hosted = FIRST;
  const other = digestOf('another entity').toString('hex');
  accept('the entity that is expected', [], ['MDT-CHN-109', 'MDT-VER-107', 'MDT-VER-108', 'MDT-VER-109'], { hosted });
  accept('at its place, which the caller has written otherwise', [], ['MDT-VER-108'], {
    hosted,
    url: 'HTTPS://DTA.example.org:443/.well-known/milagro-birth-record',
  });
  accept('one of several that are expected', ['Pin'], ['MDT-VER-101', 'MDT-VER-109'], {
    hosted,
    pins: [other, ENTITY],
  });
  accept(
    'exactly as deep as the reader asks; the link after it is not',
    ['Depth'],
    ['MDT-CHN-110', 'MDT-VER-110'],
    { hosted, confirmations: 10 },
    { settled: 0 },
  );
  accept(
    'a link that is not as deep as the reader asks, and is remembered',
    ['Depth'],
    ['MDT-CHN-110', 'MDT-VER-110'],
    { hosted, confirmations: 10, known: [known(RECORD, RECORDED.status.txid)] },
    { settled: 1 },
  );
  accept(
    'exactly as deep as the record asks; no sixth block yet',
    ['Depth', 'Time'],
    ['MDT-CHN-110', 'MDT-VER-111'],
    {
      hosted,
      confirmations: 1,
      sources: [upTo(136)],
    },
    { tip: 136, settled: 0 },
  );
  accept(
    'the sixth block after the anchor closes the bracket',
    ['Time'],
    [],
    { hosted, sources: [upTo(137)] },
    { tip: 137 },
  );

  const second = 'http://127.0.0.1:28443';
  const weaker = branch(128, 139, second);
  accept(
    'a second source that has less',
    ['Chain'],
    ['MDT-CHN-108'],
    { hosted, sources: [upTo(TIP), upTo(133, second)] },
    { sources: [gave(TIP), gave(133, false, second)] },
  );
  accept(
    'a second source with a branch of less work',
    ['Chain'],
    ['MDT-CHN-108', 'MDT-CHN-109'],
    {
      hosted,
      sources: [upTo(TIP), weaker],
    },
    { sources: [gave(TIP), gaveBranch(weaker)] },
  );
  accept(
    'a branch of less work that came first',
    ['Chain'],
    ['MDT-CHN-108', 'MDT-CHN-109'],
    {
      hosted,
      sources: [weaker, upTo(TIP)],
    },
    { sources: [gaveBranch(weaker), gave(TIP)] },
  );
  accept(
    'a source whose headers are refused is left out',
    ['Chain'],
    ['MDT-CHN-107'],
    { hosted, sources: [{ name: second, headers: headersBetween(2, TIP) }, upTo(TIP)] },
    { sources: [{ name: second, best: false, code: 'MDT_WRONG_CHAIN' }, gave(TIP)] },
  );
  accept(
    'a source that gave the most work before its headers were refused is named for it',
    ['Chain'],
    ['MDT-CHN-102'],
    { hosted, sources: [upTo(138), { name: second, headers: headersBetween(1, TIP) + headersBetween(1, 1) }] },
    { sources: [gave(138, false), { ...gave(TIP, true, second), code: 'MDT_HEADER_LINK' }] },
  );

  const [, successor] = RECORDS;
  const last = RECORDS.at(-1);
  if (!successor || !last) throw new Error('no successors');
  const succeeded = { record: successor, anchored: 141, tip: 147, settled: 2 };
  accept(
    'a successor',
    ['Life'],
    ['MDT-CHN-109', 'MDT-VER-107'],
    { hosted: hostedAt(SUCCEEDED), sources: [upTo(147)] },
    succeeded,
  );
  accept(
    'a successor of the record that is known',
    ['Life'],
    ['MDT-VER-102', 'MDT-VER-103'],
    {
      hosted: hostedAt(SUCCEEDED),
      sources: [upTo(147)],
      known: [known(RECORD, RECORDED.status.txid)],
    },
    succeeded,
  );
  accept('the record that is known', [], ['MDT-VER-102', 'MDT-VER-103'], {
    hosted,
    known: [known(RECORD, RECORDED.birth.txid)],
  });
  const ended = { record: last, anchored: 157, settled: 5 };
  accept(
    'a RETIRE that is not deep enough',
    ['Life', 'Depth'],
    ['MDT-VER-104', 'MDT-VER-110'],
    {
      hosted: hostedAt({ records: 4, links: 7, proven: [0, 2, 3, 5] }),
      sources: [upTo(168)],
    },
    { ...ended, tip: 168 },
  );
  accept(
    'a RETIRE that is deep enough for the record, and not for the reader',
    ['Life', 'Depth'],
    ['MDT-VER-104', 'MDT-VER-110'],
    {
      hosted: RETIRED,
      sources: [upTo(LAST)],
      confirmations: 9,
    },
    { ...ended, tip: LAST },
  );
  const retired = { ...ended, tip: LAST, settled: 6, verdict: 'RETIRED', code: 'MDT_RETIRED' };
  accept('a RETIRE', ['Life'], ['MDT-VER-104', 'MDT-CHN-110'], { hosted: RETIRED, sources: [upTo(LAST)] }, retired);
  accept(
    'a RETIRE exactly as deep as the reader asks',
    ['Life', 'Depth'],
    ['MDT-VER-104', 'MDT-CHN-110'],
    { hosted: RETIRED, sources: [upTo(LAST)], confirmations: 8 },
    retired,
  );
  accept(
    'a RETIRE of an entity that nobody expects',
    ['Life', 'Pin'],
    ['MDT-VER-104'],
    {
      hosted: RETIRED,
      sources: [upTo(LAST)],
      pins: [],
    },
    { ...retired, settled: undefined },
  );

  accept(
    'nobody is expected',
    ['Pin'],
    ['MDT-VER-101'],
    { hosted, pins: [] },
    { verdict: 'UNPINNED', code: 'MDT_UNPINNED', settled: undefined },
  );

  const bundle = bundleOf(FIRST, TIP);
  accept(
    'a bundle, with its own headers alone',
    ['Bundle'],
    ['MDT-VER-108'],
    { bundle, sources: [] },
    { sources: [gave(TIP, true, 'bundle')] },
  );
  accept(
    'a bundle that was read from a copy',
    ['Bundle'],
    ['MDT-VER-108'],
    {
      bundle: { ...bundle, url: 'https://mirror.example.org/dta.json' },
      sources: [],
    },
    { sources: [gave(TIP, true, 'bundle')] },
  );
  accept(
    'a bundle of yesterday, and headers of today',
    ['Bundle'],
    ['MDT-CHN-108'],
    {
      bundle: bundleOf(FIRST, 136),
      sources: [upTo(TIP)],
    },
    { sources: [gave(136, false, 'bundle'), gave(TIP)] },
  );
  accept(
    'a bundle, and nobody expected',
    ['Bundle', 'Pin'],
    ['MDT-VER-101'],
    { bundle, sources: [], pins: [] },
    {
      verdict: 'UNPINNED',
      code: 'MDT_UNPINNED',
      sources: [gave(TIP, true, 'bundle')],
      settled: undefined,
    },
  );

  const own = 140;
  const later: Source = { ...upTo(LAST), headers: headersBetween(own + 1, LAST) };
  accept(
    'a checkpoint above the anchor, and headers up to it',
    ['Earlier'],
    ['MDT-CHN-111', 'MDT-CHN-107'],
    { hosted, own, sources: [{ ...later, earlier: headersBetween(114, own - 1) }] },
    { own, tip: LAST },
  );
  accept(
    'one source has headers up to the checkpoint, and one lies about them',
    ['Earlier'],
    ['MDT-CHN-111', 'MDT-CHN-107'],
    {
      hosted,
      own,
      sources: [
        { ...later, name: second, earlier: headersBetween(114, own - 2) + headersBetween(1, 1) },
        { ...later, earlier: headersBetween(114, own - 1) },
      ],
    },
    { own, tip: LAST, sources: [gave(LAST, true, second), gave(LAST)] },
  );
  accept(
    'a bundle of somebody with an older checkpoint',
    ['Earlier', 'Bundle'],
    ['MDT-CHN-111', 'MDT-VER-112'],
    { bundle: bundleOf(FIRST, LAST), own, sources: [] },
    { own, tip: LAST, sources: [gave(LAST, true, 'bundle')] },
  );
  const { chain } = bundle;
  accept(
    'a bundle of somebody with a newer checkpoint, and headers from below it',
    ['Earlier', 'Bundle'],
    ['MDT-CHN-111', 'MDT-VER-112'],
    {
      bundle: { ...bundle, chain: { ...chain, checkpoint: { height: 130, hash: blockHash(headerAt(130)) } } },
      sources: [],
    },
    { sources: [gave(TIP, true, 'bundle')] },
  );
}
