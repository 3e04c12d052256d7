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
}

export interface Ledger {
  revision: string;
  requirements: Map<string, Requirement>;
  /** Titles by chapter, in reading order. */
  chapters: Map<string, string>;
}

const HEAD = /^\*\*(MDT-[A-Z]{3}-[0-9]{3})\*\* \((writer|reader): ([a-z ]+?)(?:; profile: ([a-z-]+))?\)$/;
const PROFILE = /^<!-- profile: ([a-z-]+) -->$/m;
const KEYWORD = /\b(MUST|SHOULD|MAY)\b/g;

/** Reads every chapter of `specFolder`. Throws `MDT_KIT_LEDGER` with file and line where the prose is not well formed. */
export function loadLedger(specFolder: string): Ledger {
  const requirements = new Map<string, Requirement>();
  const chapters = new Map<string, string>();
  for (const file of readdirSync(specFolder).sort()) {
    if (!file.endsWith('.md')) continue;
    const text = readFileSync(join(specFolder, file), 'utf8');
    const found = readChapter(file, text);
    if (found.length === 0) continue;
    const chapter = file.replace(/\.md$/, '');
    chapters.set(chapter, /^# (.+)$/m.exec(text)?.[1] ?? chapter);
    for (const requirement of found) {
      if (requirements.has(requirement.id)) throw fault(file, `${requirement.id} stands twice`);
      requirements.set(requirement.id, requirement);
    }
  }
  const { revision } = JSON.parse(readFileSync(join(specFolder, 'revision.json'), 'utf8')) as { revision: string };
  return { revision, requirements, chapters };
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
    found.push({
      id,
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
