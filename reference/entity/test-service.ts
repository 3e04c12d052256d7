/** For tests: a D-TA as a service, on a simulated chain. */
import { Client, credentials } from '@grpc/grpc-js';
import { SimulatedNode } from '../chain/simulated-node.ts';
import type { ImportSecrets, LaunchConfiguration, TargetLine } from '../gen/schemas.ts';
import type { Disk } from '../log/disk.ts';
import { ContractOutput } from '../runtime/contract-output.ts';
import type { RandomSource } from '../runtime/entropy.ts';
import { freePort } from '../runtime/free-port.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { EntityService } from './service.ts';
import { fund, silentLog, testLaunch, testSecrets } from './test-parts.ts';

export const RECORD = '/.well-known/milagro-birth-record';
export const IMPORTED: Required<ImportSecrets> = {
  anchor: '11'.repeat(32),
  next_anchor: '12'.repeat(32),
  status: '13'.repeat(32),
};
const running: Started[] = [];

/** Ends what `start` began. */
export async function stopAll(): Promise<void> {
  for (const started of running.splice(0)) await started.service.stop();
}

export interface Started {
  readonly service: EntityService;
  readonly configuration: LaunchConfiguration;
  readonly lines: TargetLine[];
  readonly ended: Promise<void>;
  /** Waits for a line; blocks arrive meanwhile where `mining`. */
  until(wanted: string, mining?: SimulatedNode): Promise<void>;
  get(path: string): Promise<Response>;
}

/** Starts a D-TA on a chain, with addresses of its own or those of an earlier life. */
export async function start(
  node: SimulatedNode,
  changes: Partial<LaunchConfiguration> = {},
  randomSource?: RandomSource,
  disk?: Disk,
): Promise<Started> {
  const launch = testLaunch(node, changes.data_dir ?? temporaryFolder());
  const [http, grpc] = [await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`) as [string, string];
  const configuration = {
    ...launch.configuration,
    listen: { http, grpc },
    public: { issuer: `http://${http}`, grpc },
    import_secrets: IMPORTED,
    ...changes,
  };
  const lines: TargetLine[] = [];
  const output = new ContractOutput((text) => lines.push(JSON.parse(text) as TargetLine));
  const parts = {
    role: { name: 'dta' as const },
    launch: { ...launch, configuration },
    output,
    log: silentLog,
    connect: async () => ({ chain: node, node }),
  };
  const service = new EntityService({ ...parts, ...(randomSource && { randomSource }), ...(disk && { disk }) });
  const started: Started = {
    service,
    configuration,
    lines,
    ended: service.run(),
    until: async (wanted, mining) => {
      const from = lines.length;
      for (let turn = 0; turn < 200; turn += 1) {
        if (lines.slice(wanted === 'ready' || turn > 0 ? 0 : from).some((line) => nameOf(line) === wanted)) return;
        mining?.mine(1);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`no ${wanted} among ${JSON.stringify(lines)}`);
    },
    get: async (path) => fetch(`${configuration.public.issuer}${path}`),
  };
  started.ended.catch(() => undefined);
  running.push(started);
  return started;
}

/** Starts a D-TA, pays it and waits until it is ready. */
export async function born(node: SimulatedNode = new SimulatedNode(20)): Promise<Started & { node: SimulatedNode }> {
  const started = await start(node);
  await started.until('MDT_UNFUNDED');
  fund(node, { ...testSecrets(), ...IMPORTED });
  await started.until('ready', node);
  return { ...started, node };
}

export function nameOf(line: TargetLine): string {
  return 'code' in line && line.code !== undefined ? line.code : 'event' in line ? line.event : '';
}

export async function grpcCall(address: string, method: string): Promise<Buffer> {
  const client = new Client(address, credentials.createInsecure());
  const octets = (value: Buffer): Buffer => value;
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        `/milagro.trust.v1.IdentityService/${method}`,
        octets,
        octets,
        Buffer.alloc(0),
        (error, value) => (error ? reject(error) : resolve(value ?? Buffer.alloc(0))),
      );
    });
  } finally {
    client.close();
  }
}
