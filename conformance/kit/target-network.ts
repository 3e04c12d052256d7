/** The Docker network of one run: internal, so that nothing in it reaches beyond this machine, with addresses that the kit assigns. */
import { createServer } from 'node:net';
import { reasonOf } from '../chain/docker.ts';
import { KitError } from './kit-error.ts';
import type { Docker } from './target-container.ts';
import { guardNetwork } from './target-process-guard.ts';
import { RUN_MARK } from './target-process-kin.ts';

/** Another network may take a range between our look and our claim. */
const TRIES = 5;

let networks = 0;

/** What the names of networks of this process begin with, and of no other. */
export function networkPrefix(): string {
  return `milagro-trust-${RUN_MARK.slice(0, 12)}-`;
}

export interface Network {
  readonly name: string;
  /** Its address on this machine. */
  readonly gateway: string;
  /** One that no container has had. */
  nextAddress(): string;
  remove(): Promise<void>;
}

/** Docker assigns fixed addresses only in a range that was asked for, and knows which are free only when it picks one: so it picks, and that is asked for. */
export async function createNetwork(docker: Docker, labels: Record<string, string>): Promise<Network> {
  const name = `${networkPrefix()}${String(++networks)}`;
  const release = guardNetwork(name);
  const create = async (range?: string): ReturnType<Docker['createNetwork']> =>
    docker.createNetwork({
      Name: name,
      Internal: true,
      Labels: labels,
      // Targets of two scenes do not meet.
      Options: { 'com.docker.network.bridge.enable_icc': 'false' },
      ...(range !== undefined && { IPAM: { Driver: 'default', Config: [{ Subnet: range }] } }),
    });
  for (let tries = 1; ; tries++) {
    const picked = await create();
    const { range } = addressesOf(await picked.inspect());
    await picked.remove();
    try {
      const network = await create(range);
      const { gateway, first } = addressesOf(await network.inspect());
      let given = first;
      return {
        ...{ name, gateway },
        nextAddress: () => dotted(++given),
        remove: async () => {
          await network.remove().catch(() => undefined); // the guardian tries again
          release();
        },
      };
    } catch (error) {
      if (tries === TRIES) throw cannot(`no Docker network could be made: ${reasonOf(error)}`, error);
    }
  }
}

type Inspected = Awaited<ReturnType<ReturnType<Docker['getNetwork']>['inspect']>>;

/** `range` as Docker writes it; `first` is the number of the bridge's own address, behind which the others lie. */
function addressesOf({ IPAM }: Inspected): { range: string; gateway: string; first: number } {
  const [config] = IPAM?.Config ?? [];
  const range = config?.Subnet ?? '';
  const network = number(range.split('/')[0] ?? '');
  const gateway = config?.Gateway?.split('/')[0] ?? dotted(network + 1);
  return { range, gateway, first: Math.max(network + 1, number(gateway)) };
}

function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => String((address >>> bits) & 0xff)).join('.');
}

/** @throws KitError MDT_KIT_TARGET_START where the bridge is on another machine, or in a virtual one */
export async function bindable(address: string): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve));
  } catch (error) {
    const what = `the Docker network's address ${address} is not this machine's. Images need Docker Engine on Linux, on the machine where the kit runs; elsewhere plug the target in by \`command\``;
    throw cannot(what, error);
  }
  await new Promise((resolve) => server.close(resolve));
}

function cannot(what: string, cause?: unknown): KitError {
  return new KitError('MDT_KIT_TARGET_START', what, { field: '/mode', cause });
}
