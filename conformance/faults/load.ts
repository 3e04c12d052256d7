/**
 * Puts a fault in its place: `MDT_FAULT=<id> node --import conformance/faults/load.ts <program>`. Whoever
 * imports a replaced module gets one that exports everything of the original but what the fault replaces.
 * It tells `{"fault":…,"applied":true}` and `{"fault":…,"fired":true}` on standard error.
 */
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { Fault, Tools } from './fault.ts';

const STANDARD_ERROR = 2;
const SHARED = Symbol.for('milagro-trust.fault');
const ROOT = new URL('../../', import.meta.url);

const id = process.env['MDT_FAULT'] ?? '';
const { default: fault } = (await import(new URL(`./${id}.ts`, import.meta.url).href)) as { default: Fault };
const replaced = new Map(
  Object.entries(fault.replaces).map(([path, exports]) => [new URL(path, ROOT).href, { path, exports }]),
);
const told = new Set<string>();

function tell(what: 'applied' | 'fired'): void {
  if (told.has(what)) return;
  told.add(what);
  writeSync(STANDARD_ERROR, `${JSON.stringify({ fault: id, [what]: true })}\n`);
}

const tools: Tools = {
  fired: () => tell('fired'),
  module: async <Exports>(path: string) => (await import(`${new URL(path, ROOT).href}?original`)) as Exports,
};
Object.assign(globalThis, { [SHARED]: { fault, tools, applied: () => tell('applied') } });

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return replaced.has(found.url)
      ? { ...found, url: `${found.url}?fault`, format: 'module', shortCircuit: true }
      : found;
  },
  load: (url, context, next) => {
    const module = url.endsWith('?fault') ? replaced.get(url.slice(0, -'?fault'.length)) : undefined;
    if (!module) return next(url, context);
    return { format: 'module', shortCircuit: true, source: sourceOf(url, module.path, Object.keys(module.exports)) };
  },
});

/** An export that stands here hides the one of the same name that `export *` would bring. */
function sourceOf(url: string, path: string, names: readonly string[]): string {
  const original = `${url.slice(0, -'?fault'.length)}?original`;
  const lines = names.map((name) => `export const ${name} = overrides.${name}(original.${name}, shared.tools);`);
  return [
    `import * as original from '${original}';`,
    `export * from '${original}';`,
    `const shared = globalThis[Symbol.for('${SHARED.description ?? ''}')];`,
    `const overrides = shared.fault.replaces['${path}'];`,
    'shared.applied();',
    ...lines,
  ].join('\n');
}
