/** The program `milagro-trust` as a process, for tests of the command line. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const MAIN: string = join(import.meta.dirname, 'main.ts');

export interface Ran {
  status: number | null;
  out: string;
  err: string;
}

/** Runs it in a folder until it ends. */
export async function runIn(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString('utf8');
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, out: out?.() ?? '', err: err?.() ?? '' };
}

export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
