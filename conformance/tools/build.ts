/**
 * `make build`: the command lines of the kit and of the reference as one program each, in dist/, with the packages that they
 * load in them. Node opens some 20 files at a start in place of 700, which takes half the time.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');
const PROGRAMS = ['conformance/cli/main.ts', 'reference/cli/main.ts'];
/** As deep as the sources lie, so that `../../` leads from a module to the same place. */
const CHUNKS = 'conformance/chunks';
/** Big, or read as files by their own path, or loaded late, or with warnings that Node keeps to itself for what lies in node_modules. */
const BESIDE = [
  'bitcoin-core',
  'testcontainers',
  'mcl-wasm',
  '@grpc/reflection',
  'grpc-health-check',
  'playwright-core',
];
/** CommonJS in an ES module asks for what Node has by `require`. */
const REQUIRE =
  "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);";

rmSync(DIST, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: PROGRAMS,
  outdir: DIST,
  outbase: '.',
  chunkNames: `${CHUNKS}/[name]-[hash]`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.22',
  mainFields: ['module', 'main'],
  external: BESIDE,
  banner: { js: REQUIRE },
  metafile: true,
  logLevel: 'warning',
});

copy('reference/gen/proto/descriptor.binpb', (content) => content);
for (const name of readdirSync(join(ROOT, 'conformance/targets')).filter((each) => /^reference.*\.yaml$/.test(each)))
  copy(`conformance/targets/${name}`, (text) =>
    Buffer.from(text.toString('utf8').replace('../reference/cli/main.ts', '../reference/cli/main.js')),
  );
writeFileSync(join(DIST, 'THIRD-PARTY.txt'), notices(Object.keys(metafile.inputs)));
writeFileSync(join(DIST, '.built'), '');

function copy(path: string, change: (content: Buffer) => Buffer): void {
  mkdirSync(dirname(join(DIST, path)), { recursive: true });
  writeFileSync(join(DIST, path), change(readFileSync(join(ROOT, path))));
}

/** Names, versions and licence texts of the packages that are in the programs. */
function notices(inputs: readonly string[]): string {
  const folders = inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []);
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as {
        name: string;
        version: string;
        license?: string;
      };
      const texts = readdirSync(join(ROOT, folder)).filter((file) =>
        /^(licen[cs]e|notice|copying)(\.|-|$)/i.test(file),
      );
      const parts = texts.map((file) => readFileSync(join(ROOT, folder, file), 'utf8').trim());
      return [`${name} ${version} (${license ?? 'see below'})`, ...parts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}
