/** Answers of a target, mutated as a proxy on the wire would: every answer that carries the same thing is changed alike. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { GrpcFailure, GrpcResult } from '../world/grpc-client.ts';
import type { HttpAnswer, HttpResult } from '../world/http-client.ts';
import { mutate, MUTATIONS, placesIn, type Mutation } from './mutations.ts';

export interface Mutant<Seen = unknown> {
  /** `<scene>: <answer> <place> <mutation>`, unique. */
  readonly id: string;
  readonly seen: Seen;
}

/** Answers of one scene by what they are; those in one list carry the same thing. */
export interface Answers {
  readonly http: Readonly<Record<string, readonly (HttpResult | undefined)[]>>;
  readonly grpc: Readonly<Record<string, GrpcResult<unknown> | undefined>>;
  /** Whether fields and status are mutated as well: once is enough, they are the same whatever the content is. */
  readonly fields?: boolean;
}

/** One by one, every mutant of every HTTP answer: of its content, its fields and its status. */
export function* httpMutants<Seen>(
  scene: string,
  seen: Seen,
  { http, fields = false }: Answers,
): Generator<Mutant<Seen>> {
  for (const [name, results] of Object.entries(http)) {
    const answers = results.filter((result): result is HttpAnswer => result !== undefined && !('failed' in result));
    const with_ = (id: string, change: (answer: HttpAnswer) => HttpAnswer): Mutant<Seen> => ({
      id: `${scene}: ${name} ${id}`,
      seen: replaced(seen, new Map(answers.map((answer) => [answer, change(answer)]))),
    });
    for (const place of new Set(answers.flatMap((answer) => placesIn(documentOf(answer)))))
      for (const mutation of MUTATIONS)
        if (answers.some((answer) => mutate(documentOf(answer), place, mutation) !== undefined))
          yield with_(`${place === '' ? '(whole)' : place} ${mutation}`, (answer) => withBody(answer, place, mutation));
    if (!fields) continue;
    for (const field of new Set(answers.flatMap(({ headers }) => Object.keys(headers)))) {
      yield with_(`field ${field} delete`, (answer) => withField(answer, field, undefined));
      yield with_(`field ${field} garble`, (answer) => withField(answer, field, 'x/garbled'));
    }
    yield with_('status', (answer) => ({ ...answer, status: answer.status + 1 }));
  }
}

/** One by one, every mutant of every gRPC answer: of each member of the message, or of the error. */
export function* grpcMutants<Seen>(scene: string, seen: Seen, { grpc }: Answers): Generator<Mutant<Seen>> {
  for (const [name, result] of Object.entries(grpc)) {
    if (result === undefined) continue;
    const [kind, content] = 'failed' in result ? ['failed', result.failed] : ['value', result.value];
    for (const place of membersIn(content))
      for (const mutation of ['default', 'bit'] as const) {
        const changed = changedMember(content, place, mutation);
        if (changed === undefined) continue;
        const other = { [kind]: changed } as unknown as GrpcFailure;
        yield {
          id: `${scene}: ${name} ${place.join('.') || '(whole)'} ${mutation}`,
          seen: replaced(seen, new Map([[result, other]])),
        };
      }
  }
}

function documentOf({ headers, body }: HttpAnswer): unknown {
  const octets = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return octets.length === 0 ? undefined : (JSON.parse(octets.toString('utf8')) as unknown);
}

function withBody(answer: HttpAnswer, place: string, mutation: Mutation): HttpAnswer {
  const changed = mutate(documentOf(answer), place, mutation);
  if (changed === undefined) return answer;
  const octets = Buffer.from(JSON.stringify(changed));
  return { ...answer, body: answer.headers['content-encoding'] === 'gzip' ? gzipSync(octets) : octets };
}

function withField(answer: HttpAnswer, name: string, value: string | undefined): HttpAnswer {
  const { [name]: _old, ...headers } = answer.headers;
  return { ...answer, headers: value === undefined ? headers : { ...headers, [name]: value } };
}

/** Paths to everything in a decoded message that is no message itself. */
function membersIn(value: unknown): string[][] {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return [[]];
  return Object.entries(value).flatMap(([name, part]) => membersIn(part).map((path) => [name].concat(path)));
}

/** Proto3 has neither null nor other types on the wire: a member is at its default, or another value. */
function changedMember(content: unknown, [name, ...rest]: readonly string[], mutation: 'default' | 'bit'): unknown {
  if (name === undefined) return mutation === 'default' ? defaultOf(content) : bitOff(content);
  const part = changedMember((content as Record<string, unknown>)[name], rest, mutation);
  if (part === undefined) return undefined;
  return Array.isArray(content) ? content.with(Number(name), part) : { ...(content as object), [name]: part };
}

function defaultOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.length === 0 ? undefined : Buffer.alloc(0);
  if (typeof value === 'string') return value === '' ? undefined : '';
  if (typeof value === 'bigint') return value === 0n ? undefined : 0n;
  return typeof value === 'number' && value !== 0 ? 0 : undefined;
}

function bitOff(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    const copy = Buffer.from(value);
    if (copy.length === 0) return undefined;
    const middle = copy.length >> 1;
    copy[middle] = (copy[middle] ?? 0) ^ 1;
    return copy;
  }
  if (typeof value === 'string') return value === '' ? undefined : `${value.slice(0, -1)}~`;
  if (typeof value === 'bigint') return value ^ 1n;
  return typeof value === 'number' ? value ^ 1 : undefined;
}

/** A copy of what was seen in which some parts, wherever they stand, are others. */
function replaced<T>(value: T, others: ReadonlyMap<unknown, unknown>): T {
  if (others.has(value)) return others.get(value) as T;
  if (Array.isArray(value)) return value.map((part: unknown) => replaced(part, others)) as T;
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replaced(part, others)])) as T;
}
