/**
 * What a client under test is asked: bundles of an honest entity and of dishonest ones, made from the published vectors. What
 * it should answer the oracle says anew, by the question as it is asked; a vector that cannot be asked as a bundle, or of
 * which the oracle says something else than the vector, is left out.
 */
import type {
  ChainParameters,
  HostedRecord,
  HostedStatus,
  VectorTest,
  VerificationBundle,
} from '../../reference/gen/schemas.ts';
import { Refusal } from '../oracle/refusal.ts';
import type { VerdictQuestion } from '../oracle/verdict.ts';
import type { Expected, Question } from './pat-question.ts';
import { shownQuestion, type ShownJudge, type TypedTest } from './shown-questions.ts';

/** The input of vectors of type `verdict`. */
export interface VerdictInput extends Omit<VerdictQuestion, 'now' | 'canary'> {
  hosted?: object;
  bundle?: VerificationBundle;
  now: string;
  statuses?: object[];
  canary?: { known: HostedStatus[] };
}

/** What judges a question: the oracle's verdict on such an input. */
export type Judge = (input: VerdictInput) => unknown;

/** Something else to ask, of which no vector says what is right. */
export interface Asking {
  readonly comment: string;
  readonly requirements: readonly string[];
  readonly input: VerdictInput & { bundle: VerificationBundle };
}

/** Parameters of a chain as spec 7.1 has them. */
export function parametersOf(chain: 'regtest'): ChainParameters {
  return CHAINS[chain];
}

const CHAINS = {
  regtest: {
    genesis: '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206',
    pow_limit_bits: '207fffff',
    retarget: false,
    interval: 2016,
    target_timespan_seconds: 1_209_600,
  },
} as const satisfies Record<string, ChainParameters>;

interface Files {
  readonly verdicts: readonly VectorTest[];
  /** Of canaries: each is asked as the bundle of the entity that its STATUSes are of. */
  readonly canaries: readonly VectorTest[];
  /** Of `hosted-record` and `hosted-successor`, by file name. */
  readonly hosted: Readonly<Record<string, readonly VectorTest[]>>;
  /** Of logs and registrations. */
  readonly shown: readonly TypedTest[];
}

interface Judges {
  readonly verdict: Judge;
  readonly shown: ShownJudge;
}

/** What can be asked, judged when it is asked for: the oracle takes 30 ms for each. */
export class Questions {
  readonly #judges: Judges;
  readonly #candidates: readonly Candidate[];
  readonly #shown: readonly TypedTest[];
  readonly #judged = new Map<Candidate | TypedTest, Promise<Question | undefined>>();

  constructor({ verdicts, canaries, hosted, shown }: Files, judges: Judges, more: readonly Asking[] = []) {
    this.#judges = judges;
    this.#shown = shown;
    const candidates = verdicts.map((test) => candidate('verdict', test, asBundle(inputOf(test))));
    const [longest] = verdicts
      .map(inputOf)
      .filter(({ sources, known, bundle }) => sources.length === 1 && known.length === 0 && !bundle)
      .sort((one, other) => lengthOf(other) - lengthOf(one));
    for (const [file, tests] of Object.entries(hosted))
      for (const test of tests) candidates.push(candidate(file, test, longest && ofHosted(longest, file, test)));
    for (const test of canaries) candidates.push(candidate('status', test, ofCanary(verdicts, test)));
    const live = more.map(({ input, ...asked }, index) => ({
      file: 'live',
      test: { tcId: index + 1, ...asked },
      input,
    }));
    this.#candidates = [...candidates.filter((one) => one !== undefined), ...live];
  }

  /**
   * Those that list the requirement, and the first of all, with which everything is right, where none of them is so.
   * What belongs to a profile is asked for its requirements alone: a client need not claim it.
   */
  async about(requirement: string): Promise<Question[]> {
    if (/^MDT-(ENR|LOG|PAT)-/.test(requirement)) return this.#ofShown(requirement);
    const isOfStatus = requirement.startsWith('MDT-STA-');
    const whole = await this.#of(
      ({ test, input }) => test.requirements.includes(requirement) && (isOfStatus || input.canary === undefined),
    );
    const its = [...whole, ...(await this.#ofShown(requirement))];
    const isRight = ({ expected }: Question): boolean => ['VERIFIED', 'ACTIVE'].includes(expected.verdict);
    if (its.length === 0 || its.some(isRight)) return its;
    return [...its, ...(await this.#of((one) => one === this.#candidates[0]))];
  }

  async #of(accept: (one: Candidate) => boolean): Promise<Question[]> {
    const questions = await Promise.all(this.#candidates.filter(accept).map((one) => this.#asked(one)));
    return questions.filter((one) => one !== undefined);
  }

  async #ofShown(requirement: string): Promise<Question[]> {
    const its = this.#shown.filter(({ test }) => test.requirements.includes(requirement));
    const questions = await Promise.all(
      its.map((one) => this.#once(one, () => shownQuestion(one, this.#judges.shown))),
    );
    return questions.filter((one) => one !== undefined);
  }

  #asked(one: Candidate): Promise<Question | undefined> {
    return this.#once(one, () => question(one, this.#judges.verdict));
  }

  #once(one: Candidate | TypedTest, judge: () => Promise<Question | undefined>): Promise<Question | undefined> {
    const known = this.#judged.get(one) ?? judge();
    this.#judged.set(one, known);
    return known;
  }
}

interface Candidate {
  readonly file: string;
  readonly test: Pick<VectorTest, 'tcId' | 'comment'> &
    Partial<Omit<VectorTest, 'requirements'>> & { readonly requirements: readonly string[] };
  readonly input: VerdictInput & { bundle: VerificationBundle };
}

function candidate(file: string, test: VectorTest, input: ReturnType<typeof asBundle>): Candidate | undefined {
  return input && { file, test, input };
}

function inputOf({ input }: VectorTest): VerdictInput {
  return input as unknown as VerdictInput;
}

async function question({ file, test: vector, input }: Candidate, judge: Judge): Promise<Question | undefined> {
  const { tcId, comment, requirements, result, expected, ...test } = vector;
  const answer = await verdictOn(input, judge);
  if (!answer) return undefined;
  const said = saidBy(expected);
  const code = result === 'valid' ? said?.code : (test as { code?: string }).code;
  const isVectors = answer.code === code && (said?.verdict === undefined || said.verdict === answer.verdict);
  const isSame = result === undefined || isVectors;
  if (!isSame) return undefined;
  const { bundle, parameters, checkpoint, confirmations, pins, now, canary } = input;
  const chain = { parameters, checkpoint };
  const asked = { bundle, chain, policy: { confirmations }, pins, now, ...(canary && { canary }) };
  const request = { op: 'verify_bundle' as const, ...asked };
  return { vector: `${file} ${String(tcId)}`, comment, requirements, request, expected: answer };
}

/** What a vector expects: a verdict, or the state of a canary, which is the verdict where all else is right. */
function saidBy(expected: unknown): { verdict?: string | undefined; code?: string | undefined } | undefined {
  const said = expected as { verdict?: string; state?: string; code?: string } | undefined;
  return said && { verdict: said.verdict ?? said.state, code: said.code };
}

/** `undefined` where what is asked is no bundle by its form: a client need not take it. */
async function verdictOn(input: VerdictInput, judge: Judge): Promise<Expected | undefined> {
  try {
    return (await judge(input)) as Expected;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** A question of one source and no memory as a bundle, which holds the same; `undefined` for any other. */
function asBundle(input: VerdictInput): (VerdictInput & { bundle: VerificationBundle }) | undefined {
  const { hosted, bundle, sources, known, url, checkpoint, parameters, now, statuses } = input;
  if (known.length > 0) return undefined;
  if (bundle) return sources.length === 0 ? { ...input, bundle } : undefined;
  const [source] = sources;
  if (!hosted || !source || source.refused !== undefined || sources.length > 1 || url === undefined) return undefined;
  const before = source.earlier === undefined ? '' : `${source.earlier}${checkpoint.header}`;
  const { height, hash } = checkpoint;
  return {
    ...input,
    sources: [],
    bundle: {
      bundle: 1,
      url,
      fetched: now,
      hosted: JSON.stringify(hosted),
      chain: { genesis: parameters.genesis, checkpoint: { height, hash } },
      headers: {
        from: height + 1 - before.length / 160,
        hex: `${before}${source.headers}`,
        sources: [],
      },
      ...(statuses && { statuses: statuses.map((each) => JSON.stringify(each)) }),
    },
  };
}

/** Vectors with which two things are wrong when headers are looked at, too: either code would be right. */
const TWO_FAULTS: readonly string[] = ['hosted-successor 36']; // its freshness block is not below the anchor shown

/** Hashes of the blocks that a hosted record's anchors are said to be in. */
function blocksOf(hosted: object): string[] {
  return [...JSON.stringify(hosted).matchAll(/"block_hash":"([0-9a-f]{64})"/g)].map(([, hash = '']) => hash);
}

/** Whether a header of the chain names the block as the one before it. */
function isIn({ sources }: VerdictInput, hash: string): boolean {
  const inHeader = Buffer.from(hash, 'hex').reverse().toString('hex');
  return sources.some(({ headers }) => headers.includes(inHeader));
}

/** A hosted record alone, with the headers of the chain that it was recorded on, expected as what it says it is. */
function ofHosted(like: VerdictInput, file: string, test: VectorTest): ReturnType<typeof asBundle> {
  const { hosted, ...more } = test.input as { hosted: { birth_record: { entity_id?: string }; sha256: string } };
  if (Object.keys(more).length > 0) return undefined;
  if (TWO_FAULTS.includes(`${file} ${String(test.tcId)}`) || !blocksOf(hosted).every((hash) => isIn(like, hash)))
    return undefined;
  const entity = hosted.birth_record.entity_id ?? hosted.sha256;
  return asBundle({ ...like, hosted, pins: [entity], confirmations: 1 });
}

/** The input of vectors of type `canary`. */
interface CanaryInput {
  readonly records: readonly { readonly digest: string; readonly status_key: string }[];
  readonly shown: readonly HostedStatus[];
  readonly known: HostedStatus[];
  readonly now: string;
}

/** STATUSes alone, in a bundle of the record in force that they are of. */
function ofCanary(verdicts: readonly VectorTest[], test: VectorTest): ReturnType<typeof asBundle> {
  const { records, shown, known, now } = test.input as unknown as CanaryInput;
  const last = records.at(-1);
  const isOf = ({ hosted, canary }: VerdictInput): boolean => {
    const { sha256, birth_record: record } = (hosted ?? {}) as Partial<HostedRecord>;
    return canary === undefined && sha256 === last?.digest && record?.keys.status === last?.status_key;
  };
  const like = verdicts
    .filter(({ expected }) => saidBy(expected)?.verdict === 'VERIFIED')
    .map(inputOf)
    .find((input) => asBundle(input) !== undefined && isOf(input));
  return like && asBundle({ ...like, now, canary: { known }, statuses: [...shown] });
}

function lengthOf({ sources }: VerdictInput): number {
  return sources[0]?.headers.length ?? 0;
}
