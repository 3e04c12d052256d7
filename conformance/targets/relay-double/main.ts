/**
 * The kit's relay double as a target: as much of the launch contract as the scenes of chapter 11 need, and RelayService by
 * the double. Of the chapters before it is no entity: its record names what a client of a relay looks for, and no more.
 * `main.ts <name>,…` puts changes of `changes.ts` in the place of what is right.
 */
import { createServer } from 'node:http';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import { RpcClient } from '../../chain/rpc-client.ts';
import { coinKey } from '../../world/relay/transaction-builder.ts';
import { payloads } from '../../world/relay/payloads.ts';
import { RelayDouble } from '../../world/relay-double/relay-double.ts';
import { WalletPurse } from '../../world/relay-double/wallet-purse.ts';
import type { Calls } from '../../world/relay-double/call-types.ts';
import { CHANGES } from './changes.ts';

/** For its BIRTH, and for registrations: two wallets, so that no client touches what the lineage is made of. */
const BIRTH_SAT = 1_000_000;
const REGISTRATIONS_SAT = 20_000_000;
const CONTINUATION_SAT = 100_000;
const LOOK_MS = 100;
const READY_PORT = /^(.*):(\d+)$/;

interface Life {
  readonly entity_id: string;
  readonly birth?: string;
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

/** Tries until the node answers. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await pause();
    }
  }
}

async function live(configuration: LaunchConfiguration): Promise<void> {
  const { chain, data_dir: folder, listen, public: at, import_secrets: keys, policy } = configuration;
  const rpc = new RpcClient(chain.rpc ?? { url: '', user: '', password: '' });
  const anchor = coinKey(Buffer.from(keys?.anchor ?? '01'.repeat(32), 'hex'));
  const file = join(folder, 'life.json');
  let life: Life | undefined = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Life) : undefined;
  let isReady = false;
  const name = `relay-double-${at.issuer.replace(/\W/g, '-').slice(-40)}`;
  const purse = await patiently(() => WalletPurse.open(rpc, name));
  await RelayDouble.start({
    ...{ address: listen.grpc, rpc, purse, path: join(folder, 'registrations.json'), isReady: () => isReady },
    change: (honest) => changed(honest, (process.argv[2] ?? '').split(',')),
  });
  const record = {
    role: 'relay',
    issuer: at.issuer,
    keys: { anchor: anchor.publicKey },
    services: { relay: at.grpc, birth_record: `${at.issuer}/.well-known/milagro-birth-record` },
  };
  const [, host = '', port = ''] = READY_PORT.exec(listen.http) ?? [];
  createServer((_asked, answer) => {
    answer.writeHead(isReady ? 200 : 503, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(isReady ? { birth_record: record } : { code: 'MDT_NOT_READY' }));
  }).listen(Number(port), host, () => say({ event: 'listening' }));
  if (!life?.birth) {
    const coin = await patiently(() => WalletPurse.open(rpc, `${name}-birth`));
    say({ event: 'funding', address: await patiently(() => coin.address()), min_sat: BIRTH_SAT });
    say({ event: 'funding', address: await patiently(() => purse.address()), min_sat: REGISTRATIONS_SAT });
    while ((await patiently(() => coin.balance())) < BIRTH_SAT) await pause();
    const digest = anchor.publicKey.slice(2);
    const to = { script: anchor.script, sat: CONTINUATION_SAT };
    const birth = await patiently(() => coin.make(payloads.birth(digest), to));
    life = { entity_id: digest, birth: await patiently(() => rpc.call<string>('sendrawtransaction', [birth])) };
    writeFileSync(file, JSON.stringify(life));
  }
  const { birth = '', entity_id } = life;
  const depth = async (): Promise<number> =>
    (await rpc.call<{ confirmations?: number }>('getrawtransaction', [birth, true])).confirmations ?? 0;
  while ((await patiently(depth)) < policy.confirmations) await pause();
  isReady = true;
  say({ event: 'ready', entity_id });
}

/** One change after the other, each upon those before it. */
function changed(honest: Calls, names: readonly string[]): Calls {
  const calls = { ...honest };
  for (const name of names) Object.assign(calls, CHANGES[name]?.make({ ...calls }));
  return calls;
}

process.on('SIGTERM', () => process.exit(0));
let configured = false;
createInterface({ input: process.stdin }).on('line', (line) => {
  const value = JSON.parse(line) as { id?: unknown };
  if (configured) say({ id: value.id, ok: false, unsupported: true });
  else void live(value as unknown as LaunchConfiguration);
  configured = true;
});
