/** What a client under test is asked about a log or a registration: what the vectors of chapters 8 and 10 show, right and wrong. */
import type { PatRequest, VectorTest } from '../../reference/gen/schemas.ts';
import { Refusal } from '../oracle/refusal.ts';
import type { Question } from './pat-question.ts';

/** Types of vectors that can be asked about, each by the operation that asks. */
const OPERATIONS: Readonly<Record<string, Pick<PatRequest, 'op' | 'check'>>> = {
  'log-checkpoint': { op: 'verify_log', check: 'checkpoint' },
  'log-inclusion': { op: 'verify_log', check: 'inclusion' },
  'log-consistency': { op: 'verify_log', check: 'consistency' },
  'log-promise': { op: 'verify_log', check: 'promise' },
  'activity-root': { op: 'verify_log', check: 'roots' },
  'pat-registration': { op: 'verify_registration' },
};
/** Codes with which a registration is in doubt, and not refused (spec 10.4). */
const OPEN: readonly string[] = ['MDT_SOURCE', 'MDT_CONFIRMATIONS'];

export interface TypedTest {
  readonly file: string;
  readonly type: string;
  readonly test: VectorTest;
}

/** Gives what a vector expects, or throws a Refusal. */
export type ShownJudge = (type: string, input: Readonly<Record<string, unknown>>) => unknown;

export function canBeShown({ type }: TypedTest): boolean {
  return Object.hasOwn(OPERATIONS, type);
}

/** The question of a vector, answered by the oracle anew; `undefined` where it says something else than the vector. */
export async function shownQuestion({ file, type, test }: TypedTest, judge: ShownJudge): Promise<Question | undefined> {
  const { tcId, comment, requirements, input, result } = test;
  const operation = OPERATIONS[type];
  if (operation === undefined) return undefined;
  const code = await refusalOf(() => judge(type, input));
  if (code !== (result === 'invalid' ? test.code : undefined)) return undefined;
  return {
    vector: `${file} ${String(tcId)}`,
    ...{ comment, requirements },
    request: { ...operation, input },
    expected:
      code === undefined ? { verdict: 'VERIFIED' } : { verdict: OPEN.includes(code) ? 'UNKNOWN' : 'REJECTED', code },
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
