/**
 * Free ports of the loopback interface, for the node under test (bitcoind cannot be told "any free port") and for targets,
 * whose Birth Record is immutable and holds URLs, so that their addresses are assigned before they start.
 */
import { createServer, type AddressInfo } from 'node:net';

/** `count` different ports that were free a moment ago. Whoever binds them must be ready to ask again. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
