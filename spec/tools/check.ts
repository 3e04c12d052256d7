/** What the prose has to be: every example right, every link and file there, every ID and code known on both sides. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readRegistry } from '../../conformance/kit/error-registry.ts';
import { frozenRevisions, readRevision } from '../../conformance/kit/frozen.ts';
import { loadLedger, type Ledger } from '../../conformance/kit/ledger.ts';
import { PROJECT } from '../../conformance/kit/project.ts';
import { schemaFault } from '../../conformance/kit/schemas.ts';
import { exampleBlocks, prose, type Chapter } from './chapters.ts';
import { EXAMPLES, type Example } from './examples.ts';
import { checkFormerIds, checkUntestable, withdrawnBy } from './history.ts';

const CHANGE_LOG = 'CHANGELOG.md';

/** Faults of the chapters, a sentence each; empty where there are none. */
export async function checkSpec(
  chapters: readonly Chapter[],
  examples: Readonly<Record<string, Example>> = EXAMPLES,
): Promise<string[]> {
  const ledger = loadLedger(join(PROJECT, 'spec'));
  const changeLog = chapters.find(({ file }) => file === CHANGE_LOG)?.text ?? '';
  return [
    ...(await checkExamples(chapters, examples)),
    ...chapters.flatMap((chapter) => [
      ...checkLinks(chapter, chapters),
      ...checkFiles(chapter),
      ...checkIds(chapter, ledger),
      ...checkReasons(chapter),
    ]),
    ...checkRegistry(chapters, ledger),
    ...checkFormerIds(
      ledger,
      frozenRevisions().map((name) => readRevision(name)),
      changeLog,
    ),
    ...checkUntestable(ledger),
  ];
}

async function checkExamples(
  chapters: readonly Chapter[],
  examples: Readonly<Record<string, Example>>,
): Promise<string[]> {
  const faults: string[] = [];
  const shown = new Set<string>();
  for (const chapter of chapters) {
    for (const block of exampleBlocks(chapter)) {
      shown.add(block.example);
      const example = examples[block.example];
      if (example === undefined) faults.push(`spec/${chapter.file}: example ${block.example} is nowhere made`);
      else if (example.text !== block.text)
        faults.push(
          `spec/${chapter.file}: example ${block.example} is not what it is made from: run make spec-examples`,
        );
    }
  }
  for (const [name, example] of Object.entries(examples)) {
    if (!shown.has(name)) faults.push(`example ${name} stands in no chapter`);
    faults.push(...(await judgeExample(name, example)));
  }
  return faults;
}

async function judgeExample(name: string, { text, schema, judge }: Example): Promise<string[]> {
  const faults: string[] = [];
  if (schema !== undefined) {
    const values: unknown[] =
      schema === 'target-line' ? text.split('\n').map((line): unknown => JSON.parse(line)) : [parse(text)];
    for (const value of values) {
      const fault = schemaFault(schema, value);
      if (fault) faults.push(`example ${name}: ${fault.field} ${fault.message}`);
    }
  }
  try {
    await judge?.();
  } catch (error) {
    faults.push(`example ${name}: ${(error as Error).message}`);
  }
  return faults;
}

/** The anchor that GitHub and our page give a heading. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

function checkLinks(chapter: Chapter, chapters: readonly Chapter[]): string[] {
  return [...prose(chapter).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^https?:/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const page = file === '' ? chapter : chapters.find((candidate) => candidate.file === file);
    if (!page) return [`spec/${chapter.file}: the link to ${target} leads nowhere`];
    if (anchor === undefined) return [];
    const anchors = [...page.text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slugOf(heading));
    return anchors.includes(anchor) || page.text.includes(`**${anchor}**`)
      ? []
      : [`spec/${chapter.file}: ${file} has no #${anchor}`];
  });
}

/** Files of the project that the prose names in backticks. */
function checkFiles(chapter: Chapter): string[] {
  const named = [...prose(chapter).matchAll(/`((?:schemas|vectors|proto|spec)\/[\w./-]*)`/g)].map(
    ([, path = '']) => path,
  );
  return named
    .filter((path) => !existsSync(join(PROJECT, path)))
    .map((path) => `spec/${chapter.file}: there is no ${path}`);
}

function checkIds(chapter: Chapter, { requirements }: Ledger): string[] {
  const withoutFormer = prose(chapter).replaceAll(/^> Was: .*$/gm, '');
  const cited = new Set(withoutFormer.match(/\bMDT-[A-Z]{3}-[0-9]{3}\b/g) ?? []);
  const past = chapter.file === CHANGE_LOG ? formerOrWithdrawn(chapter, requirements) : new Set();
  return [...cited]
    .filter((id) => !requirements.has(id) && !past.has(id))
    .map((id) => `spec/${chapter.file}: ${id} is not a requirement`);
}

/** IDs of which only the change log still speaks. */
function formerOrWithdrawn({ text }: Chapter, requirements: Ledger['requirements']): Set<string> {
  return new Set([...withdrawnBy(text), ...[...requirements.values()].flatMap(({ legacyIds = [] }) => legacyIds)]);
}

/** A rule without its reason is kept until somebody finds it in the way. */
function checkReasons(chapter: Chapter): string[] {
  const [, ...parts] = prose(chapter).split(/^\*\*(?=MDT-)/m);
  return parts
    .filter((part) => !/^> Why: \S/m.test(part.split(/^#/m)[0] ?? ''))
    .map((part) => `spec/${chapter.file}: ${part.slice(0, 11)} gives no reason`);
}

/** A requirement that names a code stands beside it in the registry. That the registry cites requirements only, checkIds sees. */
function checkRegistry(chapters: readonly Chapter[], { requirements }: Ledger): string[] {
  const registry = readRegistry(chapters.find(({ file }) => file === 'errors.md')?.text ?? '');
  const faults: string[] = [];
  for (const { id, sentence } of requirements.values()) {
    for (const code of sentence.match(/MDT_[A-Z0-9_]+/g) ?? []) {
      const row = registry.get(code);
      if (row === undefined) faults.push(`${id} names ${code}, which spec/errors.md does not have`);
      else if (!row.requirements.includes(id))
        faults.push(`${id} names ${code}, but spec/errors.md does not name ${id} there`);
    }
  }
  return [...faults, ...checkUnknownCodes(chapters, new Set(registry.keys()))];
}

function checkUnknownCodes(chapters: readonly Chapter[], registered: ReadonlySet<string>): string[] {
  return chapters.flatMap((chapter) =>
    [...new Set([...prose(chapter).matchAll(/`(MDT_[A-Z0-9_]+)`/g)].map(([, code = '']) => code))]
      .filter((code) => !registered.has(code))
      .map((code) => `spec/${chapter.file}: ${code} is not registered`),
  );
}
