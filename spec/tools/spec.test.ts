import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { loadLedger } from '../../conformance/kit/ledger.ts';
import { PROJECT } from '../../conformance/kit/project.ts';
import { hostedAt, RETIRED, SUCCEEDED } from '../../vectors/tools/hosted-stages.ts';
import { exampleBlocks, loadChapters, withExamples, type Chapter } from './chapters.ts';
import { checkSpec, slugOf } from './check.ts';
import { EXAMPLES, HOSTED, METADATA } from './examples.ts';
import { renderPage } from './page.ts';

const chapters = loadChapters();

/** The chapters with one of them changed. */
function changed(file: string, from: string, to: string): Chapter[] {
  return chapters.map((chapter) => {
    if (chapter.file !== file) return chapter;
    assert.ok(chapter.text.includes(from), `${file} does not hold ${from}`);
    return { file, text: chapter.text.replace(from, to) };
  });
}

describe('the specification', () => {
  it('has no fault: examples, links, files, IDs and codes', async () => {
    assert.deepEqual(await checkSpec(chapters), []);
  });

  it('shows the examples that the schemas have', () => {
    const example = (path: string): unknown =>
      JSON.parse(readFileSync(join(PROJECT, 'schemas/examples', path), 'utf8'));
    assert.deepEqual(example('hosted-record/valid/dta.json'), HOSTED);
    assert.deepEqual(example('dta-metadata/valid/dta.json'), METADATA);
    assert.deepEqual(example('hosted-record/valid/successor.json'), hostedAt(SUCCEEDED));
    assert.deepEqual(example('hosted-record/valid/retired.json'), RETIRED);
    const shown = (name: string): unknown => JSON.parse(EXAMPLES[name]?.text ?? '');
    assert.deepEqual(example('retirement/valid/dta.json'), shown('retirement'));
    assert.deepEqual(example('verdict/valid/verified.json'), shown('verdict'));
  });
});

describe('checkSpec', () => {
  const finds = async (found: Chapter[], fault: RegExp): Promise<void> => {
    const faults = await checkSpec(found);
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0] ?? '', fault);
  };

  it('finds an example that differs in one digit', async () => {
    await finds(
      changed('01-documents.md', EXAMPLES['birth-record-digest']?.text ?? '', '00'.repeat(32)),
      /birth-record-digest is not what/,
    );
  });
  it('finds an example that nothing makes', async () => {
    await finds(
      changed('README.md', '## Revision', '```hex example=unknown\n00\n```\n\n## Revision'),
      /unknown is nowhere made/,
    );
  });
  it('finds an example that a judge refuses', async () => {
    const broken = { ...EXAMPLES, problem: { text: EXAMPLES['problem']?.text ?? '', schema: 'locator' } };
    assert.match((await checkSpec(chapters, broken)).join('\n'), /example problem: \//);
  });
  it('finds a link that leads nowhere', async () => {
    await finds(changed('README.md', '(errors.md)', '(error.md)'), /error\.md leads nowhere/);
  });
  it('finds a file that is not there', async () => {
    await finds(
      changed('02-anchors-and-lineage.md', '`vectors/payload.json`', '`vectors/payloads.json`'),
      /no vectors\/payloads\.json/,
    );
  });
  it('finds an ID that is no requirement', async () => {
    await finds(
      changed('03-birth-record-and-hosting.md', '> Why: MDT-REC-004.', '> Why: MDT-REC-999.'),
      /MDT-REC-999 is not a requirement/,
    );
  });
  it('takes a withdrawn ID in the change log for what it is, and nowhere else', async () => {
    const log = changed('CHANGELOG.md', '- **Forms.**', '- Withdrawn: MDT-REC-999.\n- **Forms.**');
    assert.deepEqual(await checkSpec(log), []);
    await finds(changed('CHANGELOG.md', '- **Forms.**', '- MDT-REC-999.\n- **Forms.**'), /MDT-REC-999 is not a req/);
  });
  it('finds a requirement without a reason', async () => {
    await finds(
      changed('01-documents.md', '> Why: the digest covers', '> Note: the digest covers'),
      /MDT-DOC-009 gives no reason/,
    );
  });
  it('finds a code whose requirement does not exist', async () => {
    await finds(changed('errors.md', '| `MDT_STATE` | MDT-TGT-005 |', '| `MDT_STATE` | MDT-TGT-905 |'), /MDT-TGT-905/);
  });
  it('finds a requirement that names a code which the registry gives to another', async () => {
    const faults = await checkSpec(changed('errors.md', '| `MDT_BOM` | MDT-DOC-102 |', '| `MDT_BOM` | MDT-DOC-103 |'));
    assert.match(faults.join('\n'), /MDT-DOC-102 names MDT_BOM/);
  });
});

describe('renderPage', () => {
  const page = renderPage(chapters, loadLedger(join(PROJECT, 'spec')));
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);

  it('has an anchor for every requirement and code, each once', () => {
    const { requirements } = loadLedger(join(PROJECT, 'spec'));
    for (const id of requirements.keys()) assert.ok(ids.includes(id), id);
    assert.equal(
      new Set(ids).size,
      ids.length,
      `twice: ${ids.filter((id, index) => ids.indexOf(id) !== index).join(', ')}`,
    );
  });
  it('links only to what is on the page', () => {
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, target = '']) => target);
    assert.deepEqual(
      targets.filter((target) => !ids.includes(target)),
      [],
    );
  });
  it('loads nothing from elsewhere', () => {
    assert.doesNotMatch(page, /<(?:script|link|img|iframe)|url\(|@import/);
  });
});

describe('withExamples', () => {
  it('replaces the text of each example and nothing else', () => {
    const chapter = { file: 'a.md', text: 'x\n\n```hex example=a\nold\n```\n\n```text\nkeep\n```\n' };
    const text = withExamples(chapter, () => 'new\nlines');
    assert.equal(text, 'x\n\n```hex example=a\nnew\nlines\n```\n\n```text\nkeep\n```\n');
    assert.deepEqual(exampleBlocks({ file: 'a.md', text }), [{ example: 'a', text: 'new\nlines' }]);
  });
});

describe('slugOf', () => {
  it('makes anchors as GitHub does', () => {
    assert.equal(slugOf('How requirements are written'), 'how-requirements-are-written');
    assert.equal(slugOf('C.1 The launch contract'), 'c1-the-launch-contract');
  });
});
