import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLedger, presentId, type Ledger } from './ledger.ts';
import { PROJECT } from './project.ts';

const GOOD = `# 7. Shelves

<!-- profile: identity -->

**MDT-SHF-001** (writer: dta idp)
A shelf MUST hold, and it MAY be red.

> Why: books are heavy.

**MDT-SHF-002** (writer: relay; profile: log)
A shelf SHOULD be level.

> Was: MDT-SHF-008 MDT-RCK-001

**MDT-SHF-101** (reader: verifier)
A reader MUST NOT climb.

> Why: it MUST hold books.

> Untestable: nobody sees who climbs.

**MDT-SHF-102** (reader: verifier)
A reader MAY sit.

# Appendix

> Untestable: belongs to no requirement.
`;

describe('the ledger', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-ledger-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function ledgerOf(chapters: Record<string, string>): Ledger {
    rmSync(folder, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'milagro-ledger-test-'));
    writeFileSync(join(folder, 'revision.json'), '{"revision":"9.9"}');
    for (const [name, text] of Object.entries(chapters)) writeFileSync(join(folder, name), text);
    return loadLedger(folder);
  }

  it('reads IDs, levels, sides, roles, profiles and sentences from the prose', () => {
    const { revision, chapters, requirements } = ledgerOf({ '07-shelves.md': GOOD, 'README.md': 'no requirement' });
    assert.equal(revision, '9.9');
    assert.deepEqual([...chapters], [['07-shelves', '7. Shelves']]);
    const rest = { chapter: '07-shelves' };
    assert.deepEqual(
      [...requirements.values()],
      [
        {
          ...rest,
          id: 'MDT-SHF-001',
          level: 'MUST',
          side: 'writer',
          roles: ['dta', 'idp'],
          profile: 'identity',
          sentence: 'A shelf MUST hold, and it MAY be red.',
          why: 'books are heavy.',
        },
        {
          ...rest,
          id: 'MDT-SHF-002',
          legacyIds: ['MDT-SHF-008', 'MDT-RCK-001'],
          level: 'SHOULD',
          side: 'writer',
          roles: ['relay'],
          profile: 'log',
          sentence: 'A shelf SHOULD be level.',
        },
        {
          ...rest,
          id: 'MDT-SHF-101',
          level: 'MUST',
          side: 'reader',
          roles: ['verifier'],
          profile: 'identity',
          sentence: 'A reader MUST NOT climb.',
          why: 'it MUST hold books.',
          untestable: 'nobody sees who climbs.',
        },
        {
          ...rest,
          id: 'MDT-SHF-102',
          level: 'MAY',
          side: 'reader',
          roles: ['verifier'],
          profile: 'identity',
          sentence: 'A reader MAY sit.',
        },
      ],
    );
  });

  it('knows a requirement by the IDs that it had', () => {
    const ledger = ledgerOf({ '07-shelves.md': GOOD });
    assert.equal(presentId(ledger, 'MDT-RCK-001'), 'MDT-SHF-002');
    assert.equal(presentId(ledger, 'MDT-RCK-001/level'), 'MDT-SHF-002/level');
    assert.equal(presentId(ledger, 'MDT-SHF-001'), 'MDT-SHF-001');
    assert.equal(presentId(ledger, 'MDT-RCK-002'), 'MDT-RCK-002');
  });

  it('reads the specification of the project, which has requirements of every chapter', () => {
    const { requirements, chapters } = loadLedger(join(PROJECT, 'spec'));
    assert.deepEqual(
      [...chapters.keys()],
      [
        '01-documents',
        '02-anchors-and-lineage',
        '03-birth-record-and-hosting',
        '04-keys-and-entropy',
        '05-locators-and-proofs',
        '06-life-of-a-lineage',
        '07-verification',
        '08-activity-log',
        '09-status',
        '10-pat-signatures',
        '11-relay',
        '12-openid-provider',
        '13-enrolment',
        'certification',
      ],
    );
    assert.equal(requirements.get('MDT-LIN-014')?.level, 'SHOULD');
    assert.match(requirements.get('MDT-KEY-001')?.untestable ?? '', /\w/);
  });

  const FAULTS: Record<string, [from: string | RegExp, to: string, message: RegExp]> = {
    'an ID of another form': ['MDT-SHF-001', 'MDT-SHELF-1', /^spec\/07-shelves\.md:5: not "\*\*MDT-AAA-NNN\*\*/],
    'a side that is neither writer nor reader': ['(writer: dta', '(owner: dta', /^spec\/07-shelves\.md:5: /],
    'something behind the roles': ['dta idp)', 'dta idp) soon', /^spec\/07-shelves\.md:5: /],
    'a sentence without a key word': ['SHOULD be', 'is', /^spec\/07-shelves\.md:10: the sentence has no MUST/],
    'a key word that is part of another word': ['SHOULD be', 'SHOULDER is', /:10: the sentence has no MUST/],
    'no sentence': ['A shelf MUST hold, and it MAY be red.', '', /:5: the sentence has no MUST/],
    'an ID that stands twice': ['MDT-SHF-002', 'MDT-SHF-001', /MDT-SHF-001 stands twice/],
    'an ID that another had before': ['MDT-RCK-001', 'MDT-SHF-101', /MDT-SHF-101 stands twice/],
    'an ID that two had before': ['MDT-RCK-001', 'MDT-SHF-008', /MDT-SHF-008 stands twice/],
    'former IDs of another form': [
      'MDT-SHF-008 MDT',
      'MDT-SHF-008, MDT',
      /:10: not "> Was: MDT-AAA-NNN …": MDT-SHF-008,/,
    ],
    'a chapter without profile': ['<!-- profile: identity -->', '', /:5: the chapter names no profile/],
  };
  for (const [what, [from, to, message]] of Object.entries(FAULTS)) {
    it(`refuses ${what}, and says where`, () => {
      assert.ok(GOOD.includes(String(from)));
      assert.throws(
        () => ledgerOf({ '07-shelves.md': GOOD.replace(from, to) }),
        (error: Error & { code?: string }) => error.code === 'MDT_KIT_LEDGER' && message.test(error.message),
      );
    });
  }

  it('refuses an ID that stands in two chapters', () => {
    assert.throws(
      () => ledgerOf({ '07-shelves.md': GOOD, '08-more.md': GOOD }),
      /08-more\.md: MDT-SHF-001 stands twice/,
    );
  });
});
