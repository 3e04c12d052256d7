/** Small questions to the Docker daemon, asked before testcontainers (1 s of CPU to load) is: does it answer, has it an image? */
import { existsSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

const LIMIT_MS = 2_000;
export const PULL_LIMIT_MS = 180_000;
export const NO_DOCKER_FIX = 'start Docker and let this user reach it (`docker info` must work)';

export async function dockerAnswers(): Promise<boolean> {
  return (await get('/_ping')) === 200;
}

export async function hasImage(name: string): Promise<boolean> {
  return (await get(`/images/${encodeURIComponent(name)}/json`)) === 200;
}

/** Status of the daemon's answer; `undefined` where there is no daemon. */
function get(path: string): Promise<number | undefined> {
  const daemon = address();
  if (daemon === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const call = request({ ...daemon, path, agent: false, timeout: LIMIT_MS }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.end();
  });
}

/** `DOCKER_HOST`, or the first of the sockets that Docker, rootless Docker and Docker Desktop use. */
function address(): RequestOptions | undefined {
  const named = process.env['DOCKER_HOST'];
  if (named?.startsWith('unix://')) return { socketPath: named.slice('unix://'.length) };
  if (named?.startsWith('tcp://')) return { host: new URL(named).hostname, port: new URL(named).port || 2375 };
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const sockets = [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(homedir(), '.docker', 'run', 'docker.sock'),
  ];
  const socketPath = sockets.find((path) => existsSync(path));
  return socketPath === undefined ? undefined : { socketPath };
}

/** Pulling has no limit of its own, and a registry that does not answer would hold the run for ever. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error(`not there after ${String(ms / 1000)} s`)), ms);
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What went wrong, in a line. */
export function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).trim().split('\n')[0]?.slice(0, 300) ?? '';
}
