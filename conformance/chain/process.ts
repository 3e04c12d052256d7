/** The node under test as a process of this machine, in its own process group and its own data directory. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { WayClosed, type Chain, type ChainOptions, type ChainWay } from './chain.ts';
import { freePorts } from './free-ports.ts';
import { guard } from './guardian.ts';
import { nodeArguments } from './node-arguments.ts';
import { RpcClient } from './rpc-client.ts';
import { randomUser } from './rpc-users.ts';
import { warmedUp } from './warm-up.ts';

/** A program that behaves as bitcoind: itself, or a loader that is given it. */
export interface NodeProgram {
  command: string;
  args: string[];
  source: string;
}

/** A port that was free can be taken before bitcoind binds it; the next try takes others. */
const TRIES = 3;
const STOP_MS = 5_000;
const VERSION_MS = 5_000;
/** Ending in good order means writing to disk. */
const LEAVE_MS = 30_000;

/** Starts the bitcoind of `options.bitcoind`, `BITCOIND` or PATH. */
export async function startProcess(options: ChainOptions): Promise<Chain> {
  const path = findBitcoind(options.bitcoind);
  if (path === undefined) {
    const wanted = options.bitcoind ?? process.env['BITCOIND'];
    const missing = wanted
      ? `${wanted} is not a program`
      : 'no bitcoind: not by --bitcoind, not by BITCOIND, not in PATH';
    throw new WayClosed(missing, 'install Bitcoin Core or Knots, or give --bitcoind /path/to/bitcoind');
  }
  return startProgram({ command: path, args: [], source: path }, 'process', options);
}

/** The bitcoind that would be used: `given`, else the environment's `BITCOIND`, else the first in PATH. */
export function findBitcoind(given?: string): string | undefined {
  const named = given ?? process.env['BITCOIND'];
  if (named) return isProgram(resolve(named)) ? resolve(named) : undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'bitcoind')).find(isProgram);
}

/** Starts `program` and waits until it answers. */
export async function startProgram(program: NodeProgram, way: ChainWay, options: ChainOptions): Promise<Chain> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(program, way, options);
    } catch (error) {
      if (attempt === TRIES || !/bind|in use/i.test(String(error))) throw error;
    }
  }
}

async function launch(program: NodeProgram, way: ChainWay, { mockTime, rest }: ChainOptions): Promise<Chain> {
  const began = performance.now();
  const [rpcPort = 0, p2pPort = 0] = await freePorts(2);
  const users = { kit: randomUser('kit'), target: randomUser('target') };
  const dataDir = mkdtempSync(join(tmpdir(), 'milagro-chain-'));
  const loopback = '127.0.0.1';
  const listen = { rpcAddress: loopback, rpcPort, p2pAddress: loopback, p2pPort, allow: loopback };
  const args = [
    ...program.args,
    ...nodeArguments({ users, mockTime, rest, listen }),
    `-datadir=${dataDir}`,
    '-printtoconsole=0',
  ];
  const begin = (): NodeProcess => {
    const options = { stdio: ['ignore', 'ignore', 'pipe'] as StdioOptions, detached: true, env: environment(dataDir) };
    return new NodeProcess(spawn(program.command, args, options), dataDir);
  };
  let node = begin();
  const rpc = new RpcClient({ url: `http://${loopback}:${String(rpcPort)}`, ...users.kit });
  try {
    const version = await warmedUp(rpc, () => node.ended());
    const stop = async (): Promise<void> => {
      rpc.close();
      await node.stop();
    };
    const restart = async (): Promise<void> => {
      await rpc.call('stop');
      await node.leave();
      node = begin();
      await warmedUp(rpc, () => node.ended());
    };
    const targetRpc = { url: rpc.access.url, ...users.target };
    return {
      way,
      version,
      source: program.source,
      rpc,
      targetRpc,
      p2p: `${loopback}:${String(p2pPort)}`,
      ms: performance.now() - began,
      restart,
      stop,
    };
  } catch (error) {
    rpc.close();
    await node.stop();
    throw error;
  }
}

/** The child and its data directory, which go together. */
class NodeProcess {
  readonly #child: ChildProcess;
  readonly #dataDir: string;
  readonly #guardian: { release(): void };
  readonly #closed: Promise<void>;
  #end: string | undefined;

  constructor(child: ChildProcess, dataDir: string) {
    this.#child = child;
    this.#dataDir = dataDir;
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      if (said.length < 4_000) said += chunk.toString('utf8');
    });
    this.#closed = new Promise((resolved) => {
      child.on('error', (error) => {
        this.#end = `bitcoind could not be started: ${error.message}`;
        resolved();
      });
      child.on('close', (code, signal) => {
        this.#end ??= `bitcoind ended (${signal ?? `status ${String(code)}`}): ${said.trim() || lastLogLines(dataDir)}`;
        resolved();
      });
    });
    // No pid: the program could not be started, and only the folder is there to remove.
    const kill = child.pid === undefined ? ':' : 'kill -s KILL -- "-$2" 2>/dev/null';
    this.#guardian = guard(`${kill}; rm -rf -- "$1"`, [dataDir, String(child.pid)]);
    child.unref();
    (child.stderr as unknown as { unref(): void } | null)?.unref();
  }

  /** Why it ended, or `undefined` while it runs. */
  ended(): string | undefined {
    return this.#end;
  }

  /** Waits until it has ended by itself; its data stays. @throws Error where it does not end */
  async leave(): Promise<void> {
    this.#child.ref();
    const late = new Promise<'late'>((resolved) => setTimeout(() => resolved('late'), LEAVE_MS).unref());
    if ((await Promise.race([this.#closed, late])) === 'late')
      throw new Error('bitcoind did not end when it was asked to');
    this.#guardian.release();
  }

  /** Its data is thrown away, so there is nothing to flush: it is killed, which takes 10 ms and not a second. */
  async stop(): Promise<void> {
    if (this.#child.pid !== undefined && this.#end === undefined) {
      killGroup(this.#child.pid);
      this.#child.ref();
      await Promise.race([this.#closed, new Promise((resolved) => setTimeout(resolved, STOP_MS).unref())]);
    }
    rmSync(this.#dataDir, { recursive: true, force: true, maxRetries: 3 });
    this.#guardian.release();
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

/** Only what a program needs to run: no configuration of the user's own bitcoind. */
function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C' };
}

function lastLogLines(dataDir: string): string {
  try {
    return readFileSync(join(dataDir, 'regtest', 'debug.log'), 'utf8')
      .trim()
      .split('\n')
      .slice(-3)
      .join(' | ');
  } catch {
    return 'it said nothing';
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * First line of `bitcoind -version`, for whoever wants to know what is there; `undefined` if it does not run, or not to an
 * end within 5 s. All that it started ends with it, else what holds its output open would be waited for.
 */
export async function versionOf(program: NodeProgram): Promise<string | undefined> {
  const child = spawn(program.command, [...program.args, '-version'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const { pid } = child;
  const timer = setTimeout(() => pid !== undefined && killGroup(pid), VERSION_MS);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += said.length < 4_000 ? chunk.toString('utf8') : ''));
  const status = await new Promise<number | null>((resolved) => {
    child.on('error', () => resolved(null));
    child.on('close', resolved);
  });
  clearTimeout(timer);
  return status === 0 ? said.split('\n')[0] : undefined;
}
