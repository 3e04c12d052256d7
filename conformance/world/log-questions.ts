/** What a client under test is asked about a log: what the vectors of chapter 8 show, right and wrong (spec 8.7). */
import type { PatRequest, VectorTest } from '../../reference/gen/schemas.ts';
import { Refusal } from '../oracle/refusal.ts';
import type { Question } from './pat-question.ts';

/** Types of vectors that can be asked about, each by the name of its check. */
const CHECKS: Readonly<Record<string, NonNullable<PatRequest['check']>>> = {
  'log-checkpoint': 'checkpoint',
  'log-inclusion': 'inclusion',
  'log-consistency': 'consistency',
  'log-promise': 'promise',
  'activity-root': 'roots',
};

export interface TypedTest {
  readonly file: string;
  readonly type: string;
  readonly test: VectorTest;
}

/** Gives what a vector expects, or throws a Refusal. */
export type LogJudge = (type: string, input: Readonly<Record<string, unknown>>) => unknown;

export function isAboutLogs({ type }: TypedTest): boolean {
  return Object.hasOwn(CHECKS, type);
}

/** The question of a vector, answered by the oracle anew; `undefined` where it says something else than the vector. */
export async function logQuestion({ file, type, test }: TypedTest, judge: LogJudge): Promise<Question | undefined> {
  const { tcId, comment, requirements, input, result } = test;
  const check = CHECKS[type];
  if (check === undefined) return undefined;
  const code = await refusalOf(() => judge(type, input));
  if (code !== (result === 'invalid' ? test.code : undefined)) return undefined;
  return {
    vector: `${file} ${String(tcId)}`,
    ...{ comment, requirements },
    request: { op: 'verify_log', check, input },
    expected: code === undefined ? { verdict: 'VERIFIED' } : { verdict: 'REJECTED', code },
  };
}

async function refusalOf(look: () => unknown): Promise<string | undefined> {
  try {
    await look();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
