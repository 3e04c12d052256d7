/** A fault in what a Birth Record says: it is signed, anchored and hosted as it stands, so that it is wrong and consistent. */
import type { Fault, Tools } from '../fault.ts';

type Json = Record<string, unknown>;

/** A record with these members; of an inner object too, the others stay. */
export function withMembers(record: object, members: Json): Json {
  const changed: Json = { ...record };
  for (const [name, value] of Object.entries(members)) {
    const inner = changed[name];
    const both = isObject(inner) && isObject(value);
    changed[name] = both ? { ...inner, ...value } : value;
  }
  return changed;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Replaces the record that is built; at a restart nobody compares it with the configuration. */
export function rewriteRecord(change: (record: Json) => Json): Fault['replaces'] {
  return {
    'reference/core/birth-record.ts': {
      buildRecord:
        (original: (...parts: unknown[]) => Json, tools: Tools) =>
        (...parts: unknown[]) => {
          tools.fired();
          return change(original(...parts));
        },
    },
    'reference/entity/identity.ts': { checkAgainstRecord: () => () => undefined },
  };
}
