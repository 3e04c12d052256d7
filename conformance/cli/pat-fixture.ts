/**
 * For tests of `pat verify`: a real bitcoind with REST, a D-TA as a process on it, and a server that shows whatever a
 * test wants shown in its place.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HostedRecord, ImportSecrets, Policy, TargetLine, Verdict } from '../../reference/gen/schemas.ts';
import { freePorts } from '../chain/free-ports.ts';
import { Regtest } from '../chain/regtest.ts';
import { startChain, type Chain } from '../chain/start.ts';
import { PROJECT } from '../kit/project.ts';

const GENESIS = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';
const KIT = join(PROJECT, 'conformance/cli/main.ts');
const REFERENCE = join(PROJECT, 'reference/cli/main.ts');
const ON_REGTEST = ['--chain', 'regtest', '--confirmations', '2'];
export const RECORD = '/.well-known/milagro-birth-record';

/** Keys of the D-TA, so that a test can sign as it does. */
export const IMPORTED: Required<ImportSecrets> = {
  anchor: '11'.repeat(32),
  next_anchor: '12'.repeat(32),
  status: '13'.repeat(32),
};

export interface Ran {
  status: number;
  out: string;
  err: string;
}

export class PatStage {
  readonly chain: Chain;
  readonly regtest: Regtest;
  readonly folder: string = mkdtempSync(join(tmpdir(), 'milagro-pat-'));
  /** Base of the node's REST interface. */
  readonly rest: string;
  readonly issuer: string;
  readonly lines: TargetLine[] = [];
  readonly #ports: readonly number[];
  #child: ChildProcess | undefined;
  #heard: () => void = () => undefined;
  #servers: Server[] = [];
  #id = 0;
  #paid = 0;
  readonly #policy: Partial<Policy>;
  readonly #role: 'dta' | 'relay';

  private constructor(
    { chain, regtest }: { chain: Chain; regtest: Regtest },
    ports: readonly number[],
    policy: Partial<Policy>,
    role: 'dta' | 'relay',
  ) {
    this.#role = role;
    this.chain = chain;
    this.regtest = regtest;
    this.#ports = ports;
    this.#policy = policy;
    this.rest = chain.rpc.access.url;
    this.issuer = `http://127.0.0.1:${String(ports[0])}`;
  }

  /** @param policy what the entity's policy says otherwise */
  static async set(policy: Partial<Policy> = {}, role: 'dta' | 'relay' = 'dta'): Promise<PatStage> {
    const chain = await startChain({ rest: true });
    const regtest = await Regtest.create(chain.rpc);
    return new PatStage({ chain, regtest }, await freePorts(2), policy, role);
  }

  /** Of the entity's gRPC server, `host:port`. */
  get grpc(): string {
    return `127.0.0.1:${String(this.#ports[1])}`;
  }

  /** Starts the entity, pays it and mines until it is ready; gives its entity_id. */
  async bringUp(): Promise<string> {
    this.#start();
    await this.heard((line) => 'event' in line && line.event === 'funding');
    await this.pay();
    return this.ready();
  }

  /** Pays what was asked for since it last did. */
  async pay(): Promise<void> {
    for (const line of this.lines.slice(this.#paid))
      if ('event' in line && line.event === 'funding') await this.regtest.pay(line.address, line.min_sat + 1_000_000);
    this.#paid = this.lines.length;
  }

  /** Ends the D-TA and starts it again on the same data. */
  async restart(): Promise<void> {
    const before = this.lines.filter(isReady).length;
    await this.endDta();
    this.#start();
    await this.ready(before + 1);
  }

  #start(): void {
    this.#child = spawn(process.execPath, [REFERENCE, 'serve', this.#role], { stdio: ['pipe', 'pipe', 'ignore'] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as TargetLine);
      this.#heard();
    });
    this.#child.stdin?.write(`${JSON.stringify(this.#launch())}\n`);
  }

  /** Mines until the D-TA says ready `times` in all. */
  async ready(times = 1): Promise<string> {
    for (let turn = 0; turn < 300; turn++) {
      const said = this.lines.filter(isReady);
      const last = said.at(-1);
      if (said.length >= times && last && 'entity_id' in last) return last.entity_id;
      await this.regtest.mine(1);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`not ready: ${JSON.stringify(this.lines)}`);
  }

  /** Sends a control line and waits for its answer. */
  async control(control: string, more: object = {}): Promise<TargetLine> {
    const id = ++this.#id;
    this.#child?.stdin?.write(`${JSON.stringify({ id, control, ...more })}\n`);
    return this.heard((line) => 'id' in line && line.id === id);
  }

  async heard(wanted: (line: TargetLine) => boolean): Promise<TargetLine> {
    const until = performance.now() + 20_000;
    for (;;) {
      const found = this.lines.find(wanted);
      if (found) return found;
      if (performance.now() > until) throw new Error(`not heard: ${JSON.stringify(this.lines)}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
        setTimeout(resolve, 100).unref();
      });
    }
  }

  /** A server with one answer to everything; gives its origin. At the D-TA's own address where it has ended. */
  async show(
    answer: { status?: number; body?: string | Buffer; headers?: Record<string, string> },
    port = 0,
  ): Promise<string> {
    const server = createServer((_, response) => {
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body ?? '');
    });
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    const address = server.address();
    return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`;
  }

  async closeServers(): Promise<void> {
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async hosted(): Promise<HostedRecord> {
    return (await (await fetch(`${this.issuer}${RECORD}`)).json()) as HostedRecord;
  }

  async endDta(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async strike(): Promise<void> {
    await this.endDta();
    await this.closeServers();
    this.regtest.stop();
    await this.chain.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs `milagro-trust pat verify` on this chain. */
  async verify(...args: string[]): Promise<Ran> {
    return run(['pat', 'verify', ...ON_REGTEST, ...args]);
  }

  /** Runs another command that reads this chain. */
  async run(command: string, ...args: string[]): Promise<Ran> {
    return run([command, ...ON_REGTEST, ...args]);
  }

  async verdict(...args: string[]): Promise<Verdict & { status: number }> {
    const { status, out, err } = await this.verify('--json', ...args);
    try {
      return { ...(JSON.parse(out) as Verdict), status };
    } catch {
      throw new Error(`status ${String(status)}: ${out}${err}`);
    }
  }

  #launch(): object {
    const [http, grpc] = this.#ports.map((port) => `127.0.0.1:${String(port)}`);
    const { url, user, password } = this.chain.targetRpc;
    return {
      launch: 1,
      role: this.#role,
      data_dir: join(this.folder, 'dta'),
      passphrase: 'a passphrase of this test',
      chain: {
        genesis: GENESIS,
        checkpoint: { height: 0, hash: GENESIS },
        backend: 'rpc',
        rpc: { url, user, password },
        fee_sat_vb: 2,
      },
      listen: { http, grpc },
      public: { issuer: this.issuer, grpc },
      transport: 'plain',
      policy: {
        log_period_seconds: 3_600,
        anchor_period_seconds: 86_400,
        canary_max_age_seconds: 273_600,
        confirmations: 2,
        channel_confirmations: 3,
        ...this.#policy,
      },
      import_secrets: IMPORTED,
    };
  }
}

/** Runs a command of the reference, as the kit would. */
export async function runReferenceCommand(args: readonly string[]): Promise<Ran> {
  return run(args, REFERENCE);
}

function isReady(line: TargetLine): boolean {
  return 'event' in line && line.event === 'ready';
}

/** Runs the kit's command line, as a user would. */
async function run(args: readonly string[], main: string = KIT): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...args]);
  const parts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (parts.out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (parts.err += chunk.toString('utf8')));
  const status = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  return { status, ...parts };
}
