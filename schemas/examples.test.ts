/**
 * Every schema accepts its valid examples and refuses each invalid one at the place and by the keyword that
 * the example names. An invalid example is a valid one with one change, so that nothing else can be the reason.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, it } from 'mocha';

const FOLDER = import.meta.dirname;
const MIN_VALID = 1;
const MIN_INVALID = 3;

interface InvalidExample {
  fault: { at: string; keyword: string };
  /** The valid example that it differs from. */
  base: string;
  /** JSON pointers and what stands there instead. */
  set?: Record<string, unknown>;
  remove?: string[];
}

const read = (path: string): unknown => JSON.parse(readFileSync(join(FOLDER, path), 'utf8'));
const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.schema.json'))
  .map((name) => name.replace('.schema.json', ''));

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
  ownProperties: true,
});
addFormats.default(ajv);
ajv.addKeyword('tsType');
for (const name of names) ajv.addSchema(read(`${name}.schema.json`) as object);

function errorsOf(name: string, value: unknown): ErrorObject[] {
  const validate = ajv.getSchema(`https://milagro.invalid/schemas/${name}.schema.json`);
  assert.ok(validate);
  return validate(value) ? [] : (validate.errors ?? []);
}

/** Where an error is: the member that is missing or too many, else the value. */
function placeOf({ instancePath, params }: ErrorObject): string {
  const { missingProperty, additionalProperty } = params as Record<string, string | undefined>;
  const member = missingProperty ?? additionalProperty;
  return member === undefined ? instancePath : `${instancePath}/${member}`;
}

function changed(base: unknown, { set = {}, remove = [] }: InvalidExample): unknown {
  const value = structuredClone(base);
  const parentOf = (pointer: string): [Record<string, unknown>, string] => {
    const steps = pointer.split('/').slice(1);
    const last = steps.pop() ?? '';
    const parent = steps.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], value);
    return [parent as Record<string, unknown>, last];
  };
  for (const [pointer, replacement] of Object.entries(set)) {
    const [parent, name] = parentOf(pointer);
    parent[name] = replacement;
  }
  for (const pointer of remove) {
    const [parent, name] = parentOf(pointer);
    assert.ok(Object.hasOwn(parent, name), `there is no ${pointer} to remove`);
    delete parent[name];
  }
  return value;
}

function filesOf(folder: string): string[] {
  return readdirSync(join(FOLDER, folder)).filter((name) => name.endsWith('.json'));
}

describe('schemas and their examples', () => {
  for (const name of names.filter((each) => each !== 'primitives')) {
    describe(name, () => {
      const folder = `examples/${name}`;
      const valid = filesOf(`${folder}/valid`);
      const invalid = filesOf(`${folder}/invalid`);

      it('has enough of both', () => {
        assert.ok(valid.length >= MIN_VALID, `${String(valid.length)} valid examples`);
        assert.ok(invalid.length >= MIN_INVALID, `${String(invalid.length)} invalid examples`);
      });
      for (const file of valid) {
        it(`accepts ${file}`, () => assert.deepEqual(errorsOf(name, read(`${folder}/valid/${file}`)), []));
      }
      for (const file of invalid) {
        it(`refuses ${file} at its place`, () => {
          const example = read(`${folder}/invalid/${file}`) as InvalidExample;
          const errors = errorsOf(name, changed(read(`${folder}/${example.base}`), example));
          const found = errors.map((error) => ({ at: placeOf(error), keyword: error.keyword }));
          const wanted = found.some(({ at, keyword }) => at === example.fault.at && keyword === example.fault.keyword);
          assert.ok(wanted, `refused with ${JSON.stringify(found)}, not ${JSON.stringify(example.fault)}`);
        });
      }
    });
  }
});
