/** What calls of a target answer, and how they are refused. */
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { GrpcResult } from '../world/grpc-client.ts';
import { lookedAt } from '../world/wire-log.ts';

/** What a call answered. */
export function given<T>(result: GrpcResult<T> | undefined, call: string): T {
  lookedAt(result);
  if (result === undefined) throw new Untestable(`${call} was not reached`);
  if ('failed' in result)
    holds(false, `${call} failed`, {
      expected: 'an answer',
      got: `${String(result.failed.code)} ${result.failed.message}`,
    });
  return (result as { value: T }).value;
}

/** A call failed with this number of gRPC, and this reason in its ErrorInfo. */
export function isRefused(
  result: GrpcResult<unknown> | undefined,
  call: string,
  expected: { readonly code: number; readonly reason: string },
): void {
  lookedAt(result);
  if (result === undefined) throw new Untestable(`${call} was not reached`);
  const got = 'failed' in result ? { code: result.failed.code, reason: result.failed.reason } : 'an answer';
  equal(got, expected, `how ${call} is refused`);
}

/** Holds each member of `expected` against that of `got`, so that the one at fault is named; and that there is no other. */
export function sameMembers(got: object, expected: object | undefined, what: string): void {
  const [ours, theirs] = [got, expected ?? {}] as Record<string, unknown>[];
  for (const name of new Set([...Object.keys(theirs ?? {}), ...Object.keys(ours ?? {})]))
    equal(ours?.[name], theirs?.[name], `${what}.${name}`, `/${name}`);
}
