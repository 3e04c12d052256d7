/** A relay on a real bitcoind, and a D-TA that reaches Bitcoin by that relay alone: each a process, as an operator starts it. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { hexToBytes } from '@noble/hashes/utils.js';
import { Regtest } from '../../conformance/chain/regtest.ts';
import { startChain, type Chain } from '../../conformance/chain/start.ts';
import { readPayload } from '../core/anchor-transaction.ts';
import { verifyHashSignature } from '../core/document-signature.ts';
import { verifyHostedRecord, type VerifiedRecord } from '../core/hosted-record.ts';
import { validate } from '../core/schema.ts';
import { parseTransaction } from '../core/transaction.ts';
import type { LaunchConfiguration, TargetLine } from '../gen/schemas.ts';
import { jwksHash } from '../core/enrolment/jwks-vouch.ts';
import { freePort } from '../runtime/free-port.ts';
import { launchConfiguration } from '../runtime/launch-fixture.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const BLOCK_MS = 200;
/** Several processes share the machine with whatever else runs there. */
const PATIENCE_MS = 60_000;
/** Short periods, as in a certification. */
const POLICY = {
  log_period_seconds: 1,
  anchor_period_seconds: 2,
  canary_max_age_seconds: 600,
  confirmations: 2,
  channel_confirmations: 3,
};

let chain: Chain;
let regtest: Regtest;
let stopMining: () => void;
const services: Service[] = [];

/** An entity as a process, which is paid what it asks for. */
class Service {
  readonly configuration: LaunchConfiguration;
  readonly lines: TargetLine[] = [];
  #process: ChildProcess | undefined;

  constructor(configuration: LaunchConfiguration) {
    this.configuration = configuration;
    services.push(this);
  }

  start(): void {
    this.lines.length = 0;
    const { role } = this.configuration;
    const child = spawn(process.execPath, [MAIN, 'serve', role], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.write(`${JSON.stringify(this.configuration)}\n`);
    createInterface(child.stdout).on('line', (text) => this.#heard(JSON.parse(text) as TargetLine));
    this.#process = child;
  }

  /** @returns the status it ended with; `null` where it was killed, or runs no more */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (!child) return null;
    this.#process = undefined;
    child.kill(signal);
    const [status] = (await once(child, 'close')) as [number | null];
    return status;
  }

  /** Waits for an event, or for a code of `waiting`. */
  async says(wanted: string): Promise<TargetLine> {
    return eventually(`${wanted} of ${this.configuration.role}`, () => {
      const found = this.lines.find(
        (line) => ('event' in line && line.event === wanted) || ('code' in line && line.code === wanted),
      );
      if (!found) throw new Error(JSON.stringify(this.lines));
      return found;
    });
  }

  /** What it hosts, as a reader takes it whose chain is that of the node. */
  async hosted(): Promise<VerifiedRecord> {
    const response = await fetch(`${this.configuration.public.issuer}/.well-known/milagro-birth-record`, {
      headers: { accept: 'application/json' },
    });
    assert.equal(response.status, 200);
    const { genesis, checkpoint } = this.configuration.chain;
    const verified = verifyHostedRecord(Buffer.from(await response.arrayBuffer()), { genesis, checkpoint });
    for (const { locator } of verified.hosted.lineage.proofs) {
      const { confirmations } = await call<{ confirmations: number }>('getblockheader', locator.block_hash);
      assert.ok(confirmations >= POLICY.confirmations, `${locator.txid} has ${confirmations}`);
    }
    return verified;
  }

  #heard(line: TargetLine): void {
    this.lines.push(line);
    if ('event' in line && line.event === 'funding') void regtest.pay(line.address, line.min_sat);
  }
}

async function call<T>(method: string, ...params: unknown[]): Promise<T> {
  return chain.rpc.call<T>(method, params);
}

/** What `look` gives as soon as it throws no more. */
async function eventually<T>(what: string, look: () => T | Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await look();
    } catch (cause) {
      if (performance.now() > until) throw new Error(`no ${what}`, { cause });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function configured(
  role: LaunchConfiguration['role'],
  access: Pick<LaunchConfiguration['chain'], 'backend' | 'rpc' | 'relays'>,
): Promise<LaunchConfiguration> {
  const [http, grpc] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const { genesis, checkpoint, fee_sat_vb: fee = 2 } = launchConfiguration().chain;
  return {
    ...launchConfiguration(),
    ...{ role, data_dir: temporaryFolder(), policy: POLICY },
    chain: { genesis, checkpoint, fee_sat_vb: fee, ...access },
    listen: { http, grpc },
    public: { issuer: `http://${http}`, grpc },
  };
}

/** Kinds of the anchors that a record shows, the BIRTH first. */
function kinds({ hosted }: VerifiedRecord): string[] {
  return hosted.lineage.transactions.map((hex) => readPayload(parseTransaction(hexToBytes(hex), ''), '').kind);
}

describe('a D-TA by a relay, as processes', function () {
  this.timeout(2 * PATIENCE_MS);
  let relay: Service;
  let dta: Service;

  before(async () => {
    chain = await startChain();
    regtest = await Regtest.create(chain.rpc);
    stopMining = regtest.keepMining(BLOCK_MS);
    relay = new Service(await configured('relay', { backend: 'rpc', rpc: chain.targetRpc }));
    relay.start();
    await relay.says('ready');
    const relays: [string] = [`grpc://${relay.configuration.listen.grpc}`];
    dta = new Service(await configured('dta', { backend: 'relay', relays }));
    dta.start();
  });
  after(async () => {
    stopMining();
    for (const service of services) await service.end('SIGKILL');
    await chain.stop();
  });

  /** Waits until more activity roots are anchored, and proven, than were before. */
  async function moreRoots(): Promise<VerifiedRecord> {
    const count = (verified: VerifiedRecord): number =>
      kinds(verified).filter((kind) => kind === 'ACTIVITY_ROOT').length;
    const before = count(await dta.hosted());
    return eventually('further root', async () => {
      const now = await dta.hosted();
      assert.ok(count(now) > before, String(count(now)));
      return now;
    });
  }

  it('is born, anchors its activity, and what it hosts holds against the chain', async () => {
    await dta.says('ready');
    const { hosted } = await dta.hosted();
    assert.equal(hosted.birth_record.role, 'dta');
    const roots = kinds(await moreRoots());
    assert.equal(roots[0], 'BIRTH');
  });

  it('serves what is proven while its relay is away, says so, and goes on when it is back', async () => {
    await relay.end('SIGTERM');
    await dta.says('MDT_CHAIN_UNAVAILABLE');
    await dta.hosted();
    dta.lines.length = 0;
    relay.start();
    await relay.says('ready');
    await dta.says('ready');
    await moreRoots();
  });

  it('goes on after kill -9 as the same entity', async () => {
    const { entityId, hosted } = await dta.hosted();
    await dta.end('SIGKILL');
    dta.start();
    const ready = await dta.says('ready');
    assert.equal('entity_id' in ready && ready.entity_id, entityId);
    const now = await moreRoots();
    const earlier = hosted.lineage.transactions;
    assert.deepEqual(now.hosted.lineage.transactions.slice(0, earlier.length), earlier);
  });

  it('anchors again what a reorganisation took, and proves it by the chain that took its place', async () => {
    stopMining();
    const before = await dta.hosted();
    const height = await call<number>('getblockcount');
    await call('invalidateblock', await call<string>('getblockhash', height - 5));
    for (let block = 0; block < 7; block += 1) await call('generateblock', 'raw(51)#8lvh9jxk', []);
    stopMining = regtest.keepMining(BLOCK_MS);
    const now = await eventually('what was anchored', async () => {
      const verified = await dta.hosted();
      assert.ok(verified.hosted.lineage.transactions.length > before.hosted.lineage.transactions.length);
      return verified;
    });
    assert.equal(now.entityId, before.entityId);
    await moreRoots();
  });

  it('lets an IdP be born without a node, too, and its keys are vouched for', async () => {
    const { relays = [] } = dta.configuration.chain;
    const idp = new Service(await configured('idp', { backend: 'relay', relays: relays as [string] }));
    idp.start();
    await idp.says('ready');
    const { hosted, entityId } = await idp.hosted();
    const read = async (url: string): Promise<unknown> => (await fetch(url)).json();
    const metadata = validate('idp-metadata', await read(hosted.birth_record.services.metadata ?? ''));
    assert.equal(metadata.milagro_entity_id, entityId);
    const jwks = (await read(metadata.jwks_uri)) as object;
    const { signature, expires } = metadata.milagro_jwks_signature;
    const key = hexToBytes(hosted.birth_record.keys.anchor);
    verifyHashSignature(hexToBytes(signature), jwksHash(entityId, jwks, expires), key, '');
    assert.equal(await idp.end('SIGTERM'), 0);
  });

  it('ends with 0 on SIGTERM, its connections to relays notwithstanding', async () => {
    assert.equal(await dta.end('SIGTERM'), 0);
  });
});
