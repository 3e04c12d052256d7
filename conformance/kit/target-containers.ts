/**
 * Where targets of a run live that are container images: one internal Docker network, which has no way out. The kit
 * reaches a container by its address, and a container reaches the kit at the address that the network's bridge has on
 * this machine; no port is published. Only an engine that runs on this machine's own Linux has such a bridge.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { dockerAnswers, NO_DOCKER_FIX } from '../chain/docker.ts';
import { bringImage } from './image-pull.ts';
import { KitError } from './kit-error.ts';
import type { Launcher, Place } from './launcher.ts';
import type { Target } from './manifest.ts';
import { limitsOf, tasksOf } from './process-limits.ts';
import { TargetContainer, type ContainerOptions, type Docker } from './target-container.ts';
import { NETWORK_LABEL } from './target-process-guard.ts';
import { bindable, createNetwork, type Network } from './target-network.ts';

const KILL_MS = 1_000;
const CLOSE_MS = 20_000;
const DATA = '/data';
/** For whoever looks at what Docker runs. */
const TARGET_LABEL = 'trust.milagro.target';
const [HTTP_PORT, GRPC_PORT] = [8080, 8081];
/** Nobody listens there, in the container's own network; unnamed, older daemons answer names by asking outside. */
const NO_NAME_SERVER = '127.0.0.1';
const TMP = 'rw,nosuid,nodev,size=64m,mode=1777';

/** @throws KitError MDT_KIT_TARGET_START: no Docker, no image, or an engine whose network is not this machine's */
export async function openContainers(target: Target, onProgress?: (text: string) => void): Promise<Launcher> {
  if (!(await dockerAnswers())) {
    const what = `no Docker daemon answers: ${NO_DOCKER_FIX}`;
    throw new KitError('MDT_KIT_TARGET_START', what, { field: '/mode' });
  }
  const { getContainerRuntimeClient } = await import('testcontainers');
  const client = await getContainerRuntimeClient();
  const { dockerode } = client.container;
  const image = target.manifest.image?.name ?? '';
  await bringImage(client, image, onProgress);
  const network = await createNetwork(dockerode, { [TARGET_LABEL]: target.manifest.name });
  try {
    await bindable(network.gateway);
    const volumes = await volumesOf(dockerode, image);
    return new Containers(dockerode, target, network, volumes);
  } catch (error) {
    await network.remove();
    throw error;
  }
}

class Containers implements Launcher {
  readonly hostAddress: string;
  readonly #docker: Docker;
  readonly #target: Target;
  readonly #network: Network;
  readonly #volumes: readonly string[];
  readonly #lives: TargetContainer[] = [];

  constructor(docker: Docker, target: Target, network: Network, volumes: readonly string[]) {
    this.#docker = docker;
    this.#target = target;
    this.#network = network;
    this.#volumes = volumes;
    this.hostAddress = network.gateway;
  }

  place(dataDir: string): Promise<Place> {
    const address = this.#network.nextAddress();
    const options = this.#options(address, dataDir);
    const { memoryMb } = limitsOf(this.#target.manifest);
    let vacant = Promise.resolve();
    const place: Place = {
      http: `${address}:${String(HTTP_PORT)}`,
      grpc: `${address}:${String(GRPC_PORT)}`,
      dataDir: DATA,
      launch: (firstLine, secrets, sink) => {
        const life = new TargetContainer({ docker: this.#docker, options, memoryMb, vacant }, firstLine, secrets, sink);
        vacant = life.gone;
        this.#lives.push(life);
        return life;
      },
    };
    return Promise.resolve(place);
  }

  async close(): Promise<void> {
    const gone = this.#lives.map((life) => life.stop('SIGKILL', KILL_MS).then(() => life.gone));
    // An engine that hangs must not hold the kit: the guardian goes on.
    await Promise.race([Promise.all(gone), sleep(CLOSE_MS, undefined, { ref: false })]);
    await this.#network.remove();
  }

  #options(address: string, dataDir: string): ContainerOptions {
    const { manifest } = this.#target;
    const limits = limitsOf(manifest);
    const octets = limits.memoryMb * 1024 * 1024;
    const environment = { HOME: '/tmp', TMPDIR: '/tmp', ...manifest.env };
    return {
      Image: manifest.image?.name ?? '',
      ...(manifest.image?.command && { Cmd: manifest.image.command }),
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      // What it writes to its data directory is the kit's to read and to remove.
      User: `${String(process.getuid?.() ?? 0)}:${String(process.getgid?.() ?? 0)}`,
      Labels: { [NETWORK_LABEL]: this.#network.name, [TARGET_LABEL]: manifest.name },
      Healthcheck: { Test: ['NONE'] },
      ...{ Tty: false, OpenStdin: true, StdinOnce: false, AttachStdin: true, AttachStdout: true, AttachStderr: true },
      HostConfig: {
        Binds: [`${dataDir}:${DATA}:Z`],
        NetworkMode: this.#network.name,
        Dns: [NO_NAME_SERVER],
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
        Tmpfs: Object.fromEntries(['/tmp', ...this.#volumes].map((path) => [path, TMP])),
        PidsLimit: tasksOf(limits),
        ...{ Memory: octets, MemorySwap: octets },
        // Docker's own copy of a flood would fill the disk.
        LogConfig: { Type: 'none', Config: {} },
      },
      NetworkingConfig: { EndpointsConfig: { [this.#network.name]: { IPAMConfig: { IPv4Address: address } } } },
    };
  }
}

/** Paths that the image wants to keep data at: they would be writable disk that nobody looks at. */
async function volumesOf(docker: Docker, image: string): Promise<string[]> {
  const { Config } = await docker.getImage(image).inspect();
  const declared = Object.keys((Config as { Volumes?: object | null }).Volumes ?? {});
  return declared.filter((path) => path !== DATA && path !== '/tmp');
}
