/**
 * Generates reference/gen/proto from proto/ by buf and ts-proto, and descriptor.binpb, which gRPC reflection
 * answers. `make gen` runs it; with `--check` it writes nothing and fails where a file differs.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const PROTO = join(import.meta.dirname, '..');
const OUTPUT = join(PROTO, '../reference/gen/proto');

function generateInto(folder: string): void {
  const buf = (...args: string[]): void => void execFileSync('buf', args, { cwd: PROTO, stdio: 'inherit' });
  buf('generate', '--template', JSON.stringify(templateInto(folder)));
  buf('build', '--as-file-descriptor-set', '-o', join(folder, 'descriptor.binpb'));
}

/** buf.gen.yaml with another place to write to. */
function templateInto(folder: string): unknown {
  const text = readFileSync(join(PROTO, 'buf.gen.yaml'), 'utf8');
  const options = [...text.matchAll(/^ {6}- (.+)$/gm)].map(([, option]) => option);
  return { version: 'v2', plugins: [{ local: 'protoc-gen-ts_proto', out: folder, opt: options }] };
}

function filesOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [relative(folder, path), readFileSync(path, 'latin1')]),
  );
}

const made = mkdtempSync(join(tmpdir(), 'milagro-proto-'));
try {
  generateInto(made);
  if (process.argv.includes('--check')) {
    const [fresh, committed] = [filesOf(made), filesOf(OUTPUT)];
    const stale = [...new Set([...fresh.keys(), ...committed.keys()])].filter(
      (name) => fresh.get(name) !== committed.get(name),
    );
    for (const name of stale) console.error(`reference/gen/proto/${name} is not what proto/ gives: run make gen`);
    if (stale.length > 0) process.exitCode = 1;
  } else {
    rmSync(OUTPUT, { recursive: true, force: true });
    cpSync(made, OUTPUT, { recursive: true });
  }
} finally {
  rmSync(made, { recursive: true, force: true });
}
