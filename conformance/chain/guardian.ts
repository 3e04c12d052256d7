/**
 * Sees to it that nothing the kit started outlives it, however the kit ends. A small shell waits on a pipe
 * that only the kit holds open; when the kit is gone (exit, signal, even `kill -9`) the pipe closes and the
 * shell cleans up. It does for us what testcontainers' Ryuk does, whose image cannot be had everywhere.
 */
import { spawn } from 'node:child_process';

export interface Guardian {
  /** Gives the script a line of what is to be cleaned up; all lines told are in its variable `told`. */
  tell(line: string): void;
  /** Gives up the watch without cleaning up: for whoever has cleaned up already. */
  release(): void;
}

/** Runs the shell commands `script` with `args` as `$1`, `$2` … once this process is gone. */
export function guard(script: string, args: string[]): Guardian {
  const shell = spawn('/bin/sh', ['-c', `trap '' INT TERM HUP; told=$(cat); ${script}`, 'guardian', ...args], {
    detached: true, // a signal to our group, Ctrl-C say, must not end the guardian before it has done its work
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined); // no /bin/sh: then only stop() cleans up
  shell.stdin.on('error', () => undefined);
  shell.unref();
  (shell.stdin as unknown as { unref?: () => void }).unref?.();
  return {
    tell: (line) => void shell.stdin.write(`${line}\n`),
    release: () => {
      if (shell.pid === undefined || shell.exitCode !== null) return;
      try {
        process.kill(-shell.pid, 'SIGKILL');
      } catch {
        // it has ended
      }
    },
  };
}
