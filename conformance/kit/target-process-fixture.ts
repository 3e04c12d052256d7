/** Target processes for tests: small programs that are started as a target is, and ended after each test. */
import { after, afterEach, before } from 'mocha';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TargetManifest } from '../../reference/gen/schemas.ts';
import { SecretWatch } from './secrets.ts';
import { TargetProcess } from './target-process.ts';

export const SECRET = 'passphrase-0123456789abcdef0123456789abcdef';
export const folder: string = mkdtempSync(join(tmpdir(), 'milagro-process-test-'));
const started: TargetProcess[] = [];
export const said: [stream: string, text: string][] = [];

interface Started {
  life: TargetProcess;
  secrets: SecretWatch;
}

/** A target whose program is this JavaScript, or a command. */
export function start(program: string | [string, ...string[]], manifest: Partial<TargetManifest> = {}): Started {
  const command: [string, ...string[]] = typeof program === 'string' ? [process.execPath, '-e', program] : program;
  const secrets = new SecretWatch([{ name: 'passphrase', value: SECRET }]);
  const life = new TargetProcess(
    {
      manifest: {
        manifest: 1,
        name: 'test',
        role: 'dta',
        mode: 'command',
        claims: { profiles: ['identity'] },
        ...manifest,
      },
      path: 'test.target.yaml',
      folder,
      command,
    },
    `{"passphrase":"${SECRET}"}`,
    secrets,
    (stream, text) => void said.push([stream, text]),
  );
  started.push(life);
  return { life, secrets };
}

export const exited = (life: TargetProcess, timeoutMs = 5_000): Promise<boolean> =>
  life.until(() => life.exit !== undefined, timeoutMs);
export const heard = (stream: string): string[] => said.filter(([from]) => from === stream).map(([, text]) => text);

/** Whether a process is there and is no zombie. */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && runs(pid); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  return !runs(pid);
}

/** Ends after each test what it started, and keeps the folder that they run in while there are tests. To be called within `describe`. */
export function endAfterEach(): void {
  before(() => void mkdirSync(folder, { recursive: true }));
  afterEach(async () => {
    await Promise.all(started.splice(0).map((life) => life.stop('SIGKILL', 1_000)));
    said.length = 0;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
}
