/** What a command reads and writes, and how: files or standard input with a cap, text or JSON out. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { InvalidArgumentError, type Command } from 'commander';
import { MdtError } from '../core/errors.ts';

/** A command was called wrongly in a way that its declaration does not show. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Terminal {
  readonly input: Readable;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Makes a command; what it has to say goes to `terminal`, the status to `finish`. */
export type CommandMaker = (terminal: Terminal, finish: (status: number) => void) => Command;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    input: process.stdin,
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
  };
}

/** Standard inputs that were read: what they had is gone, and nothing must not be taken for it. */
const READ = new WeakSet<Readable>();

/**
 * Octets of a file, or of standard input where `path` is `-`.
 * @throws MdtError MDT_DOCUMENT_TOO_LARGE above `maxOctets`, read no further than that; UsageError where there is no such
 * file, or standard input was read before
 */
export async function readInput(path: string, maxOctets: number, terminal: Terminal): Promise<Buffer> {
  if (path === '-' && READ.has(terminal.input))
    throw new UsageError('standard input is read once: give a file for the other');
  if (path === '-') READ.add(terminal.input);
  const source = path === '-' ? terminal.input : createReadStream(path, { end: maxOctets });
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of source as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > maxOctets)
        throw new MdtError('MDT_DOCUMENT_TOO_LARGE', `more than ${maxOctets} octets`, { field: path });
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof MdtError) throw error;
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  return Buffer.concat(parts);
}

/** Hexadecimal of an argument, or of standard input where it is `-`; white space around it is left out. */
export async function readHexArgument(argument: string, maxDigits: number, terminal: Terminal): Promise<string> {
  const text = argument === '-' ? (await readInput('-', maxDigits + 2, terminal)).toString('utf8') : argument;
  if (text.length > maxDigits + 2) throw new MdtError('MDT_DOCUMENT_TOO_LARGE', `more than ${maxDigits} digits`);
  return text.trim();
}

/** Members as `name  value` lines, or as one JSON object. */
export function show(terminal: Terminal, members: Readonly<Record<string, unknown>>, json: boolean | undefined): void {
  if (json === true) return terminal.out(`${JSON.stringify(members)}\n`);
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  const width = Math.max(...entries.map(([name]) => name.length));
  for (const [name, value] of entries) terminal.out(`${name.padEnd(width)}  ${inline(value)}\n`);
}

/** Controls, C1 ones included, and what reorders or hides text: bidirectional marks, zero-width and formatting characters. */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|\p{Cs}|[\u{e0000}-\u{e007f}]/gu;

/** A value on one line. What came from outside could rewrite the screen or reorder what is read: such characters are written as escapes. */
export function inline(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(HIDDEN, (hidden) => `\\u${(hidden.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/** An option that is an integer from 0 on. */
export function unsigned(text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('Not an unsigned integer.');
  return value;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** An option that is a time, such as 90s, 15m, 36h or 7d; in seconds. */
export function duration(text: string): number {
  const [, digits = '', unit = ''] = /^([1-9][0-9]{0,8})([smhd])$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS[unit] ?? 0);
  if (seconds === 0) throw new InvalidArgumentError('Not a time such as 90s, 15m, 36h or 7d.');
  return seconds;
}
