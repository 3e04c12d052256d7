/**
 * The node under test in a container. Its ports are published on loopback only. Ryuk, testcontainers' own cleaner,
 * is an image that cannot be pulled everywhere; the kit's guardian removes the container in its place.
 */
import { WayClosed, type Chain, type ChainOptions } from './chain.ts';
import { dockerAnswers, hasImage, NO_DOCKER_FIX, PULL_LIMIT_MS, reasonOf, within } from './docker.ts';
import { freePorts } from './free-ports.ts';
import { guard, type Guardian } from './guardian.ts';
import { nodeArguments } from './node-arguments.ts';
import { RpcClient } from './rpc-client.ts';
import { randomUser } from './rpc-users.ts';
import { warmedUp } from './warm-up.ts';

/** What `make chain-image` builds. */
export const LOCAL_IMAGE = 'milagro-trust-chain:latest';
/** Pinned: a certificate names the node it was made against. */
export const DEFAULT_IMAGE = 'bitcoin/bitcoin:29.0';

const RPC_PORT = 18443;
const P2P_PORT = 18444;
const LOOPBACK = '127.0.0.1';
const NO_IMAGE_FIX = "build an image from Debian's package with `make chain-image`, or name one with --chain-image";

/** The image that needs no pulling: the one built here before the one from Docker Hub. */
export async function localImage(): Promise<string | undefined> {
  for (const image of [LOCAL_IMAGE, DEFAULT_IMAGE]) if (await hasImage(image)) return image;
  return undefined;
}

export async function startContainer(options: ChainOptions): Promise<Chain> {
  const began = performance.now();
  if (!(await dockerAnswers())) throw new WayClosed('no Docker daemon answers', NO_DOCKER_FIX);
  const image = options.image ?? (await localImage()) ?? DEFAULT_IMAGE;
  if (!(await hasImage(image))) options.onProgress?.(`pulling the image ${image}`);
  const users = { kit: randomUser('kit'), target: randomUser('target') };
  const inside = '0.0.0.0'; // of the container's own network; outside, only loopback leads there
  const listen = { rpcAddress: inside, rpcPort: RPC_PORT, p2pAddress: inside, p2pPort: P2P_PORT, allow: '0.0.0.0/0' };
  const { mockTime, rest } = options;
  const node = await run(image, [...nodeArguments({ users, mockTime, rest, listen }), '-printtoconsole=1']);
  const rpc = new RpcClient({ url: `http://${LOOPBACK}:${String(node.rpcPort)}`, ...users.kit });
  const stop = async (): Promise<void> => {
    rpc.close();
    await node.stop();
  };
  try {
    const version = await warmedUp(rpc, () => undefined);
    const targetRpc = { url: rpc.access.url, ...users.target };
    const p2p = `${LOOPBACK}:${String(node.p2pPort)}`;
    return {
      way: 'container',
      version,
      source: `image ${image}`,
      rpc,
      targetRpc,
      p2p,
      ms: performance.now() - began,
      restart: async () => {
        await node.restart();
        await warmedUp(rpc, () => undefined);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface RunningContainer {
  rpcPort: number;
  p2pPort: number;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

async function run(image: string, command: string[]): Promise<RunningContainer> {
  // Ports that Docker picks are others after a restart; these stay.
  const [rpcPort = 0, p2pPort = 0] = await freePorts(2);
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'; // read when the first container starts
  const { GenericContainer, StartupCheckStrategy } = await import('testcontainers');
  let guardian: Guardian | undefined;

  /** Started is enough: whether the node answers is asked by RPC, which is sooner known than any look from outside. */
  class AsSoonAsStarted extends StartupCheckStrategy {
    override checkStartupState(): Promise<'SUCCESS'> {
      return Promise.resolve('SUCCESS');
    }
  }
  class NodeContainer extends GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      const bound = (port: number): object[] => [{ HostIp: LOOPBACK, HostPort: String(port) }];
      const bindings = { [`${String(RPC_PORT)}/tcp`]: bound(rpcPort), [`${String(P2P_PORT)}/tcp`]: bound(p2pPort) };
      this.hostConfig.PortBindings = bindings;
      return Promise.resolve();
    }
    protected override async containerCreated(id: string): Promise<void> {
      guardian = guard('docker rm -f -v "$1"', [id]);
      return Promise.resolve();
    }
  }
  const described = new NodeContainer(image)
    .withCommand(command)
    .withExposedPorts(RPC_PORT, P2P_PORT)
    .withAutoCleanup(false)
    .withWaitStrategy(new AsSoonAsStarted());
  const container = await within(PULL_LIMIT_MS, described.start()).catch((cause: unknown) => {
    throw new WayClosed(`the image ${image} does not start: ${reasonOf(cause)}`, NO_IMAGE_FIX, cause);
  });
  const stop = async (): Promise<void> => {
    await container.stop({ timeout: 0, remove: true, removeVolumes: true }).catch(() => undefined); // it is gone already
    guardian?.release();
  };
  const restart = (): Promise<void> => container.restart({ timeout: 30_000 });
  return { rpcPort, p2pPort, restart, stop };
}
