/** What a client under test is asked about a part of an entity, a log or a registration alone: what vectors show, right and wrong. */
import type { PatRequest, VectorTest } from '../../reference/gen/schemas.ts';
import { Refusal } from '../oracle/refusal.ts';
import type { Expected, Question } from './pat-question.ts';

/** Types of vectors that a client is asked about as they are. */
const PARTS: readonly NonNullable<PatRequest['part']>[] = [
  'canonical-json',
  'anchor-proof',
  'authorization-url',
  'birth-record',
  'chain-signature',
  'header-chain',
  'jwks-signature',
  'lineage-proof',
  'merkle-root',
  'op-return-outputs',
  'op-return-script',
  'payload-decode',
  'txref-decode',
];
/** Types of vectors that can be asked about, each by the operation that asks. */
const OPERATIONS: Readonly<Record<string, Pick<PatRequest, 'op' | 'check' | 'part'>>> = {
  ...Object.fromEntries(PARTS.map((part) => [part, { op: 'verify_part', part }])),
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
  const { code, learnt } = await judged(() => judge(type, input));
  if (code !== (result === 'invalid' ? test.code : undefined)) return undefined;
  return {
    vector: `${file} ${String(tcId)}`,
    ...{ comment, requirements },
    request: { ...operation, input },
    expected:
      code === undefined
        ? { verdict: 'VERIFIED', ...told(type, learnt) }
        : { verdict: OPEN.includes(code) ? 'UNKNOWN' : 'REJECTED', code },
  };
}

/** What of it has a name in an answer. */
function told(type: string, learnt: Learnt): Partial<Expected> {
  const { digest, existed_after, existed_before, confirmations, tip } = learnt;
  if (type === 'header-chain') return tip ? { headers: { tip } } : {};
  if (type === 'canonical-json' || type === 'birth-record') return digest === undefined ? {} : { digest };
  if (type !== 'pat-registration') return {};
  return {
    ...(digest !== undefined && { digest }),
    ...(existed_after !== undefined && { existed_after }),
    ...(existed_before !== undefined && { existed_before }),
    ...(confirmations !== undefined && { confirmations }),
  };
}

type Learnt = Partial<Omit<Expected, 'headers'>> & { readonly tip?: { readonly hash: string } };

async function judged(look: () => unknown): Promise<{ code?: string; learnt: Learnt }> {
  try {
    return { learnt: (await look()) as Learnt };
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, learnt: {} };
    throw error;
  }
}
