/**
 * Blots out of a document what its schema says is secret: members that are `writeOnly`, whatever stands in them. So a
 * secret that nobody planted, or that is no string, is in no report either.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './project.ts';

/** The parts of a schema that lead to members. */
interface Schema {
  readonly $ref?: string;
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Where a `$ref` without a file name leads to. */
interface Place {
  readonly schema: Schema;
  readonly file: string;
}

const BLOT = '[secret]';
const files = new Map<string, Schema>();

/**
 * A JSON line for evidence: what `schemas/<name>.schema.json` marks as secret is blotted out. What is not JSON stays as it
 * is, for whoever knows the secrets by their values.
 */
export function redactLine(name: string, line: string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line;
  }
  const file = `${name}.schema.json`;
  const clean = JSON.stringify(redacted(value, { schema: fileOf(file), file }));
  return clean === JSON.stringify(value) ? line : clean; // as it was written, where nothing is secret
}

function redacted(value: unknown, at: Place): unknown {
  const { schema, file } = resolved(at);
  if (at.schema.writeOnly === true || schema.writeOnly === true) return blotted(value);
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.map((item: unknown) => redacted(item, { schema: items, file })) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => {
      const known = Object.entries(schema.properties ?? {}).find(([each]) => each === name)?.[1];
      return [name, known ? redacted(member, { schema: known, file }) : member];
    }),
  );
}

/** The names of what is in a secret object are none. */
function blotted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return BLOT;
  return Object.fromEntries(Object.keys(value).map((name) => [name, BLOT]));
}

/** What a reference leads to: another file, a place in it, or both. */
function resolved({ schema, file }: Place): Place {
  if (schema.$ref === undefined) return { schema, file };
  const [name = '', pointer = ''] = schema.$ref.split('#');
  const there = name === '' ? file : name;
  const steps = pointer.split('/').slice(1);
  let found: unknown = fileOf(there);
  for (const step of steps) found = (found as Readonly<Record<string, unknown>>)[step];
  return resolved({ schema: found as Schema, file: there });
}

function fileOf(name: string): Schema {
  const known = files.get(name) ?? (JSON.parse(readFileSync(join(PROJECT, 'schemas', name), 'utf8')) as Schema);
  files.set(name, known);
  return known;
}
