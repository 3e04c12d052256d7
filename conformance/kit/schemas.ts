/** Validators of the project's JSON Schemas, compiled when first asked for. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { PROJECT } from './project.ts';

let ajv: Ajv2020 | undefined;

/** The first thing that is wrong with a value, as a JSON pointer and a sentence. */
export interface SchemaFault {
  field: string;
  message: string;
  /** Whether it is a member that the schema does not define (MDT-DOC-110). */
  unknownMember: boolean;
}

/** Validates `value` against `schemas/<name>.schema.json`, or the part of it at JSON pointer `part`; `undefined` means valid. */
export function schemaFault(name: string, value: unknown, part = ''): SchemaFault | undefined {
  const validate = validator(name, part);
  if (validate(value)) return undefined;
  // A oneOf reports every branch that failed; the deepest pointer is the branch that was meant.
  const errors = [...(validate.errors ?? [])].sort((a, b) => b.instancePath.length - a.instancePath.length);
  const first = errors[0];
  const extra = (first?.params as { additionalProperty?: string } | undefined)?.additionalProperty;
  const field = `${first?.instancePath ?? ''}${extra === undefined ? '' : `/${extra.replaceAll('~', '~0').replaceAll('/', '~1')}`}`;
  return {
    field: field === '' ? '/' : field,
    message: first?.message ?? 'is not valid',
    unknownMember: extra !== undefined,
  };
}

/** Compiles validators ahead of their first use, which costs some 20 ms each. */
export function compileSchemas(names: readonly string[]): void {
  for (const name of names) validator(name);
}

function validator(name: string, part = ''): ValidateFunction {
  ajv ??= build();
  const validate = ajv.getSchema(`https://milagro.invalid/schemas/${name}.schema.json${part === '' ? '' : `#${part}`}`);
  if (!validate) throw new Error(`there is no schema ${name}${part}`);
  return validate as ValidateFunction;
}

function build(): Ajv2020 {
  // Conditional schemas (if/then) name members of an object whose type stands one level above.
  const made = new Ajv2020({
    allErrors: false,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    // The schemas are the project's own, and its tests hold them against the metaschema: here that, and making the code of
    // each validator shorter, would take 40 % of the time that validators take to be there.
    validateSchema: false,
    code: { optimize: false },
  });
  addFormats.default(made);
  made.addKeyword('tsType');
  const folder = join(PROJECT, 'schemas');
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.schema.json')) made.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object);
  }
  return made;
}
