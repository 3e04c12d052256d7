/** The chapters as text: their fenced blocks, links, and the IDs and codes they name. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readProject } from './examples.ts';

export interface Chapter {
  /** File name, e.g. `01-documents.md`. */
  file: string;
  text: string;
}

/** The pages of spec/ in reading order: README first, then the chapters, then the others. */
export function loadChapters(): Chapter[] {
  const rank = (file: string): number =>
    file === 'README.md' ? 0 : /^[0-9]/.test(file) ? 1 : file === 'CHANGELOG.md' ? 3 : 2;
  const files = readdirSync(join(import.meta.dirname, '..')).filter((file) => file.endsWith('.md'));
  files.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  return files.map((file) => ({ file, text: readProject(`spec/${file}`) }));
}

export interface Block {
  example: string;
  text: string;
}

const BLOCK = /^```[a-z-]+ example=([a-z-]+)\n([\s\S]*?)^```$/gm;

export function exampleBlocks({ text }: Chapter): Block[] {
  return [...text.matchAll(BLOCK)].map(([, example = '', body = '']) => ({ example, text: body.replace(/\n$/, '') }));
}

/** The chapter with the text of its examples replaced. */
export function withExamples({ text }: Chapter, textOf: (example: string) => string): string {
  return text.replaceAll(
    BLOCK,
    (block, example: string) => `${block.split('\n', 1)[0] ?? ''}\n${textOf(example)}\n\`\`\``,
  );
}

/** Prose without fenced blocks, where IDs are only shown. */
export function prose({ text }: Chapter): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}
