/** What a target shows when a reorganisation takes its SUCCESSOR or its RETIRE out, and when they are back: chapters 3, 5 and 6. */
import { check, type Check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { hash256 } from '../oracle/digest.ts';
import { displayed } from '../oracle/merkle.ts';
import type { Change, Moment, UnmadeSeen, Unmaking } from '../world/scenes/unmade.ts';
import { printedLocator } from '../world/printed-proofs.ts';
import { placed, placeOf } from './05-locators-and-proofs.ts';
import { anchorsOf } from './anchor-view.ts';
import { given } from './grpc-view.ts';
import { bodyOf, hex, HostedView } from './hosted-view.ts';
import { anchorsOfKind, RETIRE, readAnchor, recordsOf, SUCCESSOR, viewOf } from './lineage-view.ts';
import {
  anchorByGrpc,
  isHostedRecord,
  lineageByGrpc,
  metadataAgrees,
  proofsVerify,
  recordByGrpc,
} from './shown-view.ts';

const scenes = ['unmade'] as const;
const CHANGES: readonly { change: Change; name: string; kind: number }[] = [
  { change: 'successor', name: 'SUCCESSOR', kind: SUCCESSOR },
  { change: 'retire', name: 'RETIRE', kind: RETIRE },
];

const broadcasting: Check[] = CHANGES.flatMap(({ change, name }) => [
  check(
    'MDT-LIN-017',
    `${change}-returned`,
    `a ${name} that a reorganisation took out comes back`,
    { quote: 'MUST broadcast an anchor again that a reorganisation took out', scenes, feature: change },
    ({ seen }) => cameBack(unmakingOf(seen.unmade, change, false), name),
  ),
  check(
    'MDT-LIN-017',
    `${change}-forgotten`,
    `a ${name} that its node has forgotten is broadcast again`,
    { quote: 'MUST broadcast an anchor again that a reorganisation took out', scenes, feature: change },
    ({ seen }) => cameBack(unmakingOf(seen.unmade, change, true), name),
  ),
]);

const succession: Check[] = [
  check(
    'MDT-REC-020',
    'unmade',
    'a successor whose SUCCESSOR was reorganised out gives way to the record before',
    {
      quote: 'MUST NOT be hosted before its SUCCESSOR has the `policy.confirmations`',
      scenes,
      feature: 'successor',
      negative: true,
    },
    ({ seen }) => {
      const before = recordsOf(seen.unmade.before.successor?.shown.record, 'the first record').at(-1);
      for (const { without } of unmakingsOf(seen.unmade, 'successor')) {
        const { shown, what } = without;
        const record = recordsOf(shown.record, 'the record without its SUCCESSOR').at(-1);
        equal(record?.digest.toString('hex'), before?.digest.toString('hex'), `the digest, ${what}`, '/sha256');
      }
    },
  ),
];

const records: Check[] = [
  check(
    'MDT-REC-002',
    'unmade',
    'a successor that is in force again has the octets that it had',
    { quote: 'MUST NOT change once its digest is anchored', scenes, feature: 'successor', negative: true },
    ({ seen }) => {
      const again = unmakingsOf(seen.unmade, 'successor').flatMap(({ again }) => again ?? []);
      if (again.length === 0) throw new Untestable('the successor was never in force again');
      for (const { shown, what, anchors } of again) {
        const record = recordsOf(shown.record, 'the successor record').at(-1);
        const [anchor] = anchorsOfKind(anchors, SUCCESSOR);
        if (!anchor) throw new Untestable('the SUCCESSOR is not in a block');
        equal(record?.digest.toString('hex'), readAnchor(anchor).digest, `the digest, ${what}`, '/sha256');
      }
    },
  ),
];

const ends: Check[] = [
  check(
    'MDT-RET-002',
    'unmade',
    'the end is shown as it was when the RETIRE is back',
    { quote: 'MUST go on hosting its record, with `retirement`', scenes, feature: 'retire' },
    ({ seen }) => {
      for (const { again, change } of unmakingsOf(seen.unmade, 'retire')) {
        if (!again) throw new Untestable(`the ${change} did not come back (MDT-LIN-017)`);
        const { retirement } = viewOf(again.shown.record, 'the record').envelope;
        const [anchor] = anchorsOfKind(again.anchors, RETIRE);
        if (!anchor) throw new Untestable('the RETIRE is not in a block');
        equal(retirement?.sha256, readAnchor(anchor).digest, `the digest, ${again.what}`, '/retirement/sha256');
      }
    },
  ),
  check(
    'MDT-LIN-019',
    'unmade',
    'the RETIRE stays the last anchor, however often it is taken out',
    { quote: 'MUST NOT anchor anything after its RETIRE', scenes, feature: 'retire', negative: true },
    ({ seen }) => {
      unmakingOf(seen.unmade, 'retire', true);
      const anchors = anchorsOf(seen.unmade.descendants);
      const [retire, ...more] = anchorsOfKind(anchors, RETIRE);
      equal(more, [], 'the RETIREs beside the first');
      equal(anchors.at(-1)?.txid, retire?.txid, 'the last anchor');
    },
  ),
];

/** What holds at every moment, whatever is in the chain then. */
const always: readonly {
  requirement: string;
  title: string;
  quote: string;
  look(moment: Moment): void | Promise<void>;
}[] = [
  {
    requirement: 'MDT-HST-001',
    title: 'the record is served and valid',
    quote: 'a document valid against `schemas/hosted-record.schema.json`',
    look: ({ shown }) => isHostedRecord(shown.record),
  },
  {
    requirement: 'MDT-HST-008',
    title: 'the metadata says what the record says',
    quote: 'MUST agree with its hosted record',
    look: ({ shown }) => metadataAgrees(shown.metadata, shown.record),
  },
  {
    requirement: 'MDT-HST-010',
    title: 'GetBirthRecord answers the hosted record',
    quote: 'the documents of the hosted record as canonical octets, with its digests and signatures',
    look: ({ shown }) => recordByGrpc(shown.grpcRecord, shown.record),
  },
  {
    requirement: 'MDT-HST-011',
    title: 'the proofs by gRPC are those of the hosted record',
    quote: 'MUST answer what the hosted record carries',
    look: ({ shown }) => {
      anchorByGrpc(shown.grpcAnchor, shown.record);
      lineageByGrpc(shown.grpcLineage, shown.record);
    },
  },
  {
    requirement: 'MDT-LOC-004',
    title: 'every locator names the block that its anchor is in',
    quote: 'MUST be issued anew when the anchor that it names moves',
    look: locatorsAreOfTheChain,
  },
  {
    requirement: 'MDT-PRF-003',
    title: 'the oracle verifies every proof that is shown',
    quote: 'MUST lead from the transaction to the Merkle root of `header`',
    look: async ({ shown }) => proofsVerify(shown.record),
  },
  {
    requirement: 'MDT-PRF-006',
    title: 'the lineage lists the anchors that are in blocks',
    quote: 'MUST list the transactions of the lineage without witness, from the BIRTH to the tip',
    look: listsWhatIsInBlocks,
  },
];

const alwaysChecks: Check[] = CHANGES.flatMap(({ change, name }) =>
  always.map(({ requirement, title, quote, look }) =>
    check(
      requirement,
      `unmade-${change}`,
      `${title}: ${name} taken out, and back`,
      { quote, scenes, feature: change },
      async ({ seen, evidence }) => {
        const moments = unmakingsOf(seen.unmade, change).flatMap(({ without, again }) => [without, again]);
        const there = moments.filter((moment) => moment !== undefined);
        evidence(
          'looked at',
          there.map(({ what }) => what),
        );
        for (const moment of there) await look(moment);
      },
    ),
  ),
);

/** The locator of the record in force, wherever it stands: a target issues one and may forget to issue another. */
function locatorsAreOfTheChain({ shown, anchors, what }: Moment): void {
  const changes = anchors.filter((tx) => ['BIRTH', 'SUCCESSOR'].includes(readAnchor(tx).kind));
  const records = recordsOf(shown.record, 'the hosted record').length;
  const expected = placeOf(changes[records - 1]);
  const hosted = new HostedView(shown.record);
  equal(placed(hosted.locator), expected, `the locator, ${what}`, '/anchor/locator');
  if (hosted.record.role === 'dta') {
    const anchor = bodyOf(shown.metadata, 'the metadata (MDT-HST-007)')['milagro_birth_record_anchor'];
    const said = typeof anchor === 'object' && anchor !== null ? anchor : undefined;
    equal(placed(said), expected, `the locator in the metadata, ${what}`, '/milagro_birth_record_anchor');
  }
  const { locator } = given(shown.grpcAnchor, 'GetAnchorProof');
  equal(placed(printedLocator(locator)), expected, `the locator by gRPC, ${what}`, 'locator');
}

function listsWhatIsInBlocks({ shown, anchors, what }: Moment): void {
  const ids = new HostedView(shown.record).linkTransactions.map((octets, index) =>
    displayed(hash256(hex(octets, `/lineage/transactions/${String(index)}`))),
  );
  const there = anchors.map(({ txid }) => txid);
  equal(ids, there, `the txids of the lineage, ${what}`, '/lineage/transactions');
}

function unmakingsOf({ unmakings }: UnmadeSeen, change: Change): Unmaking[] {
  const found = unmakings.filter((each) => each.change === change);
  if (found.length === 0) throw new Untestable(`no ${change} was in force that could be taken out`);
  return found;
}

function unmakingOf(seen: UnmadeSeen, change: Change, forgotten: boolean): Unmaking {
  const found = unmakingsOf(seen, change).find((each) => each.forgotten === forgotten);
  if (!found) throw new Untestable(`the ${change} was not in force again before`);
  return found;
}

function cameBack({ returned, again, depth }: Unmaking, name: string): void {
  holds(returned, `the ${name} did not come back after a reorganisation of ${String(depth)} blocks`, {
    expected: `the ${name} in the mempool`,
    got: 'nothing',
  });
  holds(again !== undefined, `the ${name} was never in force again`, {
    expected: 'what it declares, once it is deep again',
    got: 'the record without it',
  });
}

const byArea = (areas: readonly string[]): Check[] =>
  alwaysChecks.filter(({ requirement }) => areas.includes(requirement.split('-')[1] ?? ''));

export const hostingUnmade: Suite = {
  chapter: '03-birth-record-and-hosting',
  checks: [...records, ...byArea(['HST'])],
};
export const proofsUnmade: Suite = { chapter: '05-locators-and-proofs', checks: byArea(['LOC', 'PRF']) };
export const unmade: Suite = { chapter: '06-life-of-a-lineage', checks: [...broadcasting, ...succession, ...ends] };
