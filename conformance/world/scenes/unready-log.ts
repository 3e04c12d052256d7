/**
 * What a target that is not yet born answers of its log and its canary. Where they are only a record says, so a second one is
 * started beside the one that has shown where its are; nobody pays for it, and it is ended when it was looked at.
 */
import type { GrpcResult } from '../grpc-client.ts';
import type { HttpResult } from '../http-client.ts';
import { isListening, Subject } from '../subject.ts';
import type { World } from '../world.ts';
import type { LogPlaces } from './log-looking.ts';
import { GRACE, LISTENING_MS } from './timing.ts';

/** Answers by path, and by call. */
export interface Unready {
  readonly http: Readonly<Record<string, HttpResult>>;
  readonly grpc: Readonly<Record<string, GrpcResult<unknown>>>;
}

export interface UnreadySeen {
  /** Absent where the record of the other names no place for it. */
  readonly log?: Unready;
  readonly status?: Unready;
}

/** Below the log: what is never there by another name, and what would be there with the first entry and root. */
const OF_A_LOG = ['/checkpoint', '/tile/0/000.p/1', '/tile/entries/000.p/1', '/root', '/root/0'];
const OF_A_CANARY = ['', '/0'];

export async function lookUnready(
  world: World,
  name: string,
  { log, status }: LogPlaces,
): Promise<UnreadySeen | undefined> {
  const subject = await Subject.create(world, `${name}, unborn`); // keys of its own: coin of the other is not its own
  const grpc = subject.grpc();
  try {
    const life = subject.launch();
    if (!(await life.line(isListening, LISTENING_MS * GRACE))) return undefined;
    const fetched = async (at: string, paths: readonly string[]): Promise<Record<string, HttpResult>> =>
      allOf(paths.map((path) => [`${at}${path}`, subject.http(`${at}${path}`)]));
    return {
      ...(log !== undefined && {
        log: {
          http: await fetched(log, OF_A_LOG),
          grpc: await allOf<GrpcResult<unknown>>([
            ['GetCheckpoint', grpc.getCheckpoint()],
            ['ListEntries', grpc.listEntries(0, 1)],
            ['GetInclusionProof', grpc.getInclusionProof(0, 1)],
            ['GetConsistencyProof', grpc.getConsistencyProof(0, 1)],
            ['GetActivityRoot', grpc.getActivityRoot()],
          ]),
        },
      }),
      ...(status !== undefined && {
        status: {
          http: await fetched(status, OF_A_CANARY),
          grpc: await allOf<GrpcResult<unknown>>([['GetStatus', grpc.getStatus()]]),
        },
      }),
    };
  } finally {
    grpc.close();
    await subject.dispose();
  }
}

async function allOf<T>(asked: readonly (readonly [string, Promise<T>])[]): Promise<Record<string, T>> {
  return Object.fromEntries(await Promise.all(asked.map(async ([what, answer]) => [what, await answer] as const)));
}
