/** Answers of a target over HTTP, as checks read them. */
import { holds, Untestable } from '../kit/expect.ts';
import { lookedAt } from '../world/wire-log.ts';
import { answered, type HttpAnswer, type HttpResult } from '../world/http-client.ts';

/** An answer, if it was asked for. */
export function served(result: HttpResult | undefined, what: string): HttpAnswer {
  lookedAt(result);
  if (result === undefined) throw new Untestable(`${what} was not reached`);
  return answered(result, what);
}

export function mediaType({ headers }: HttpAnswer): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function readAsJson({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    holds(false, 'the body is not JSON', { expected: 'JSON', got: body.subarray(0, 200).toString('latin1') });
    return undefined;
  }
}

export function problemOf(answer: HttpAnswer): Record<string, unknown> {
  const value = readAsJson(answer);
  holds(typeof value === 'object' && value !== null, 'the body is not an object', {
    expected: 'a problem document',
    got: value,
  });
  return value as Record<string, unknown>;
}

/** Whether a resource is served, well or not. */
/** A refusal says something of a target only where the same target also serves: one that refuses everything refuses nothing. */
export function refusesForReason(hosted: { readonly record: HttpResult } | undefined): void {
  if (!isThere(hosted?.record)) throw new Untestable('the record was never served, so a refusal of it says nothing');
}

export function isThere(result: HttpResult | undefined): boolean {
  lookedAt(result);
  return result !== undefined && !('failed' in result) && result.status === 200;
}

/** No cache gives an answer again without asking for it. */
export function isNotKept(result: HttpResult | undefined, what: string): void {
  const field = served(result, what).headers['cache-control'] ?? '';
  holds(/(^|,)\s*no-(cache|store)\s*(,|$)/i.test(field), `a cache may keep ${what}`, {
    expected: 'no-cache or no-store',
    got: field,
    field: 'Cache-Control',
  });
}
