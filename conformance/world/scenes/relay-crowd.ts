/** One client has as many calls in the air as a relay lets it, while another asks. */
import { createServer, connect, type Server, type Socket } from 'node:net';
import type { GrpcResult } from '../grpc-failure.ts';
import type { RelayStage } from './relay-stage.ts';
import { RELAY_MS } from './relay-stage.ts';

export interface CrowdSeen {
  /** Reason of each stream's refusal, in the order of opening; `undefined` where it was not refused. */
  readonly refusals: readonly (string | undefined)[];
  readonly codes: readonly (number | undefined)[];
  /** Of the first 32 calls, when no other was in the air. */
  readonly few: readonly (string | undefined)[];
  /** What the other client was answered meanwhile, and after how long. */
  readonly others: readonly { readonly call: string; readonly ms: number; readonly result: GrpcResult<unknown> }[];
}

const ENOUGH = 32;
const CROWD = 256;
const SETTLE_MS = 500;
/** Another address of this machine, where it has more than one. */
const ANOTHER_LOOPBACK = '127.0.0.2';

export async function crowd(stage: RelayStage): Promise<CrowdSeen> {
  const one = stage.connect();
  const way = await otherWay(stage.subject.configuration.public.grpc);
  const other = stage.connect(way.address);
  try {
    const open = (): ReturnType<typeof one.watch<'watchHeaders'>> => one.watch('watchHeaders');
    const first = Array.from({ length: ENOUGH }, open);
    await Promise.all(first.map((watch) => watch.until((sent) => sent.length > 0, RELAY_MS)));
    const few = first.map(({ ended }) => reasonOf(ended));
    const all = [...first, ...Array.from({ length: CROWD - ENOUGH }, open)];
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const others = [];
    for (const call of ['getTip', 'getTerms', 'findAnchors'] as const) {
      const began = performance.now();
      const result = await other.ask(call, {}, RELAY_MS);
      others.push({ call, result, ms: Math.round(performance.now() - began) });
    }
    const refusals = all.map(({ ended }) => reasonOf(ended));
    const codes = all.map(({ ended }) => (typeof ended === 'object' ? ended.failed.code : undefined));
    for (const watch of all) watch.close();
    return { refusals, codes, few, others };
  } finally {
    one.close();
    other.close();
    way.close();
  }
}

function reasonOf(
  ended: 'in good order' | { readonly failed: { reason?: string; message: string } } | undefined,
): string | undefined {
  return typeof ended === 'object' ? (ended.failed.reason ?? ended.failed.message) : ended;
}

/** A way to the relay from another address, since a relay may tell clients apart by theirs; the straight one where there is none. */
async function otherWay(address: string): Promise<{ readonly address: string; close(): void }> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  const straight = { address, close: (): void => undefined };
  if (!host.startsWith('127.') || !(await canBeUsed(host, Number(port)))) return straight;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect({ host, port: Number(port), localAddress: ANOTHER_LOOPBACK });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => (near.destroy(), far.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { address: `127.0.0.1:${String(typeof bound === 'object' ? bound?.port : 0)}`, close };
}

function canBeUsed(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, localAddress: ANOTHER_LOOPBACK });
    socket.on('connect', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
}
