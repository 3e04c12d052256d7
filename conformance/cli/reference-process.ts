/** Commands of the reference, started as a process: the kit shares no code with it. */
import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';

/** The root of the sources, or of what was built of them. */
const PROGRAMS = join(import.meta.dirname, '../..');

/** Runs the reference's command line with these arguments, on this process's own input and output; gives its exit status. */
export async function runReference(args: readonly string[]): Promise<number> {
  const program = join(PROGRAMS, `reference/cli/main${extname(import.meta.filename)}`);
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', reject);
  child.on('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128 + 15)));
  return promise;
}

/** Manifest of the reference, which is certified where no other is named. */
export function referencePath(): string {
  return join(PROGRAMS, 'conformance/targets/reference.target.yaml');
}
