/**
 * Writes reference/gen/schemas.ts: one TypeScript type a schema, by
 * json-schema-to-typescript. `make gen` runs it; with `--check` it writes nothing and fails where the file
 * is not what the schemas give.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const root = join(import.meta.dirname, '..');
const output = join(root, '../reference/gen/schemas.ts');

const files = readdirSync(root)
  .filter((name) => name.endsWith('.schema.json') && name !== 'primitives.schema.json')
  .sort();
const definitions: Record<string, JSONSchema> = {};
for (const file of files) {
  const schema = JSON.parse(readFileSync(join(root, file), 'utf8')) as JSONSchema & { title: string };
  definitions[schema.title] = { $ref: file };
}
const source = await compile(
  { title: 'Schemas', type: 'object', additionalProperties: false, properties: definitions },
  'Schemas',
  {
    cwd: root,
    bannerComment: '// Generated from schemas/*.schema.json by `make gen`. Changed only there.',
    strictIndexSignatures: true,
    maxItems: -1,
    $refOptions: {
      resolve: {
        // The schemas' own addresses are names, not places: everything lies in this folder.
        local: {
          order: 1,
          canRead: /milagro\.invalid\/schemas\//,
          read: (file: { url: string }) => readFileSync(join(root, file.url.split('/').at(-1) ?? ''), 'utf8'),
        },
      },
    },
  },
);
if (!process.argv.includes('--check')) writeFileSync(output, source);
else if (readFileSync(output, 'utf8') !== source) {
  console.error('reference/gen/schemas.ts is not what schemas/ give: run make gen');
  process.exitCode = 1;
}
