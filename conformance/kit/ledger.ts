/**
 * The requirement ledger. The prose of spec/ is the only place a requirement is written; this reads
 * it from there. Syntax: spec/README.md, "How requirements are written".
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KitError } from './kit-error.ts';

export type Level = 'MUST' | 'SHOULD' | 'MAY';

export interface Requirement {
  /** `MDT-<AREA>-<NNN>`, never reused. */
  id: string;
  /** IDs that it had in earlier revisions, where it had others. */
  legacyIds?: string[];
  level: Level;
  /** Whether it binds the one who makes documents or the one who reads them. */
  side: 'writer' | 'reader';
  /** Roles it binds: `dta`, `idp`, `relay`, or `verifier` for every reader. */
  roles: string[];
  profile: string;
  /** File name of the chapter without ending, e.g. `01-documents`. */
  chapter: string;
  sentence: string;
  /** Why it is asked for, where the prose says so. */
  why?: string;
  /** Why no black-box check is possible, where the prose says so. */
  untestable?: string;
  /** Of an earlier revision: why this kit does not judge it, where it does not. */
  unjudged?: string;
}

/** Whether a requirement binds a target of this role; a client (`pat`) is a reader of everything. */
export function bindsRole({ roles }: Pick<Requirement, 'roles'>, role: string): boolean {
  return roles.includes(role === 'pat' ? 'verifier' : role);
}

export interface Ledger {
  revision: string;
  requirements: Map<string, Requirement>;
  /** Titles by chapter, in reading order. */
  chapters: Map<string, string>;
  /** Of an earlier revision: the one that this kit comes with. */
  today?: Ledger;
}

const HEAD = /^\*\*(MDT-[A-Z]{3}-[0-9]{3})\*\* \((writer|reader): ([a-z ]+?)(?:; profile: ([a-z-]+))?\)$/;
const PROFILE = /^<!-- profile: ([a-z-]+) -->$/m;
const ID = /^MDT-[A-Z]{3}-[0-9]{3}$/;
const KEYWORD = /\b(MUST|SHOULD|MAY)\b/g;

/** Reads every chapter of `specFolder`. Throws `MDT_KIT_LEDGER` with file and line where the prose is not well formed. */
export function loadLedger(specFolder: string): Ledger {
  const requirements = new Map<string, Requirement>();
  const chapters = new Map<string, string>();
  const taken = new Set<string>();
  for (const file of readdirSync(specFolder).sort()) {
    if (!file.endsWith('.md')) continue;
    const text = readFileSync(join(specFolder, file), 'utf8');
    const found = readChapter(file, text);
    if (found.length === 0) continue;
    const chapter = file.replace(/\.md$/, '');
    chapters.set(chapter, /^# (.+)$/m.exec(text)?.[1] ?? chapter);
    for (const requirement of found) {
      for (const id of [requirement.id, ...(requirement.legacyIds ?? [])]) {
        if (taken.has(id)) throw fault(file, `${id} stands twice`);
        taken.add(id);
      }
      requirements.set(requirement.id, requirement);
    }
  }
  const { revision } = JSON.parse(readFileSync(join(specFolder, 'revision.json'), 'utf8')) as { revision: string };
  return { revision, requirements, chapters };
}

/** What a requirement, or a check of it, is called now that `id` named in an earlier revision; `id` itself where it did not. */
export function presentId({ requirements }: Pick<Ledger, 'requirements'>, id: string): string {
  const [former = '', ...slug] = id.split('/');
  const now = [...requirements.values()].find(({ legacyIds }) => legacyIds?.includes(former));
  return now === undefined ? id : [now.id, ...slug].join('/');
}

function readChapter(file: string, text: string): Requirement[] {
  const profile = PROFILE.exec(text)?.[1];
  const lines = text.split('\n');
  const found: Requirement[] = [];
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('**MDT-')) continue;
    const where = `${file}:${String(index + 1)}`;
    const head = HEAD.exec(line);
    if (!head) throw fault(where, `not "**MDT-AAA-NNN** (writer: role …)" or "(writer: role …; profile: …)": ${line}`);
    if (profile === undefined) throw fault(where, 'the chapter names no profile');
    const [, id = '', side, roles = '', own] = head;
    const sentence = lines[index + 1]?.trim() ?? '';
    const untestable = quoteAfter(lines, index + 2, 'Untestable:');
    const why = quoteAfter(lines, index + 2, 'Why:');
    const legacyIds = legacyIdsOf(quoteAfter(lines, index + 2, 'Was:'), where);
    found.push({
      id,
      ...(legacyIds && { legacyIds }),
      level: levelOf(sentence, where),
      side: side as 'writer' | 'reader',
      roles: roles.split(' '),
      profile: own ?? profile,
      chapter: file.replace(/\.md$/, ''),
      sentence,
      ...(why !== undefined && { why }),
      ...(untestable === undefined ? {} : { untestable }),
    });
  }
  return found;
}

function levelOf(sentence: string, where: string): Level {
  const keywords = sentence.match(KEYWORD) ?? [];
  const first = keywords[0];
  if (first === undefined) throw fault(where, 'the sentence has no MUST, SHOULD or MAY');
  return first as Level;
}

function legacyIdsOf(text: string | undefined, where: string): string[] | undefined {
  const ids = text?.split(' ');
  if (ids?.every((id) => ID.test(id)) === false) throw fault(where, `not "> Was: MDT-AAA-NNN …": ${text ?? ''}`);
  return ids;
}

/** The text of a blockquote with this label, between the sentence and the next requirement or heading. */
function quoteAfter(lines: string[], from: number, label: string): string | undefined {
  for (const line of lines.slice(from)) {
    if (line.startsWith('**MDT-') || line.startsWith('#')) return undefined;
    if (line.startsWith(`> ${label}`)) return line.slice(`> ${label}`.length).trim();
  }
  return undefined;
}

function fault(where: string, what: string): KitError {
  return new KitError('MDT_KIT_LEDGER', `spec/${where}: ${what}`);
}
