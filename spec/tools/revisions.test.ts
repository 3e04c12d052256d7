import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { frozenRevisions, readRevision, type FrozenRequirement, type Revision } from '../../conformance/kit/frozen.ts';
import { loadLedger } from '../../conformance/kit/ledger.ts';
import { PROJECT } from '../../conformance/kit/project.ts';
import { describeDiff, diffRevisions, freeze } from './revisions.ts';

const MAIN = join(PROJECT, 'spec/tools/main.ts');
const today = freeze(loadLedger(join(PROJECT, 'spec')));

const requirement = (more: Partial<FrozenRequirement> = {}): FrozenRequirement => ({
  level: 'MUST',
  side: 'writer',
  roles: ['dta', 'idp'],
  profile: 'identity',
  sentence: 'A shelf MUST be level.',
  ...more,
});
const revision = (name: string, requirements: Revision['requirements']): Revision => ({ revision: name, requirements });

describe('the frozen revisions', () => {
  it('hold the first draft, with the requirements it had', () => {
    const first = readRevision('1.0-draft.1');
    assert.equal(first.revision, '1.0-draft.1');
    assert.equal(Object.keys(first.requirements).length, 151);
    assert.deepEqual(first.requirements['MDT-ANC-007'], {
      level: 'MUST',
      side: 'writer',
      roles: ['dta', 'idp', 'relay'],
      profile: 'log',
      sentence:
        'The payload of a STATUS, ACTIVITY_ROOT, SUCCESSOR or RETIRE MUST be the marker, version, kind (`02`, `03`, `04`, `05`), the digest of the document and the `entity_id`: 78 octets.',
    });
    assert.match(first.requirements['MDT-KEY-001']?.untestable ?? '', /nobody outside/);
  });

  it('are each of another name than the revision of today', () => {
    assert.ok(!frozenRevisions().includes(today.revision), today.revision);
  });

  it('are told apart from this one by the change log: it names every ID that was added, changed or withdrawn', () => {
    const newest = frozenRevisions().at(-1) ?? '';
    const { added, changed, withdrawn } = diffRevisions(readRevision(newest), today);
    const log = readFileSync(join(PROJECT, 'spec/CHANGELOG.md'), 'utf8');
    const section = log.split(/^## /m).find((text) => text.startsWith(`${today.revision}\n`)) ?? '';
    const named = new Set(section.match(/MDT-[A-Z]{3}-\d{3}/g) ?? []);
    for (const [, area = '', first = '', last = ''] of section.matchAll(/MDT-([A-Z]{3})-(\d{3}) to MDT-\1-(\d{3})/g))
      for (let number = Number(first); number <= Number(last); number++)
        named.add(`MDT-${area}-${String(number).padStart(3, '0')}`);
    assert.deepEqual(
      [...added, ...changed, ...withdrawn].map(({ id }) => id).filter((id) => !named.has(id)),
      [],
    );
  });
});

describe('diffRevisions', () => {
  const before = revision('1', {
    'MDT-SHF-001': requirement(),
    'MDT-SHF-002': requirement({ profile: 'log' }),
    'MDT-SHF-003': requirement(),
  });

  it('finds what was added and what was withdrawn, with the sentence', () => {
    const after = revision('2', {
      'MDT-SHF-001': requirement(),
      'MDT-SHF-002': requirement({ profile: 'log' }),
      'MDT-SHF-004': requirement({ sentence: 'A shelf MUST be dry.' }),
    });
    const diff = diffRevisions(before, after);
    assert.deepEqual(diff.added, [{ id: 'MDT-SHF-004', ...requirement({ sentence: 'A shelf MUST be dry.' }) }]);
    assert.deepEqual(diff.withdrawn, [{ id: 'MDT-SHF-003', ...requirement() }]);
    assert.deepEqual(diff.changed, []);
  });

  it('finds each member that changed, and shows it before and after', () => {
    const after = revision('2', {
      'MDT-SHF-001': requirement({ sentence: 'A shelf SHOULD be level.', level: 'SHOULD' }),
      'MDT-SHF-002': requirement({ profile: 'identity', roles: ['dta'] }),
      'MDT-SHF-003': requirement({ untestable: 'nobody has a level' }),
    });
    const diff = diffRevisions(before, after);
    assert.deepEqual(
      diff.changed.map(({ id, members }) => [id, ...members]),
      [
        ['MDT-SHF-001', 'level', 'sentence'],
        ['MDT-SHF-002', 'roles', 'profile'],
        ['MDT-SHF-003', 'untestable'],
      ],
    );
    const text = describeDiff(diff);
    assert.match(text, /^# 1 → 2$/m);
    assert.match(text, /before: A shelf MUST be level\.\n {4}- now: A shelf SHOULD be level\./);
    assert.match(text, /before: dta idp\n {4}- now: dta$/m);
    assert.match(text, /before: –\n {4}- now: nobody has a level/);
    assert.doesNotMatch(text, /Added|Withdrawn/);
  });

  it('says that two equal sets do not differ', () => {
    assert.equal(
      describeDiff(diffRevisions(before, { ...before, revision: '2' })),
      '# 1 → 2\n\nNo requirement differs.\n',
    );
  });
});

describe('main --diff', () => {
  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });

  it('prints old and new sentences as Markdown', () => {
    const { status, stdout } = run('--diff', '1.0-draft.1');
    assert.equal(status, 0);
    assert.match(stdout, /^# 1\.0-draft\.1 → /);
    assert.match(stdout, /- \*\*MDT-LIN-015\*\* \(writer: dta idp relay; profile: identity\) An entity MUST NOT/);
    assert.match(stdout, /before: The digest in the BIRTH MUST be the digest of the hosted Birth Record\./);
  }).timeout(10_000);

  it('prints the same as JSON', () => {
    const { stdout } = run('--diff', '1.0-draft.1', '--json');
    assert.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify(diffRevisions(readRevision('1.0-draft.1'), today))));
  }).timeout(10_000);

  it('names the revisions that there are where one is unknown', () => {
    const { status, stderr } = run('--diff', '0.9');
    assert.equal(status, 1);
    assert.match(stderr, /no revision 0\.9: there are 1\.0-draft\.1/);
  }).timeout(10_000);

  it('does not read a file beside the revisions', () => {
    const folder = mkdtempSync(join(tmpdir(), 'milagro-revisions-'));
    try {
      writeFileSync(join(folder, 'a.json'), '{}');
      assert.throws(() => readRevision('../secret', folder), /there is no revision/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
