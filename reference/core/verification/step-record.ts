/** The steps of a verification as they happen: what each looked at, and where it ended. */
import type { VerdictStep } from '../../gen/schemas.ts';
import { MdtError } from '../errors.ts';

export type StepName = VerdictStep['step'];
export type Evidence = Record<string, unknown>;

/** The steps in their order (spec 7.3), each with the requirements that it applies. */
const REQUIREMENTS: Readonly<Record<StepName, readonly string[]>> = {
  fetch: ids('HST-101', 'VER-102'),
  read: ids('DOC-101', 'DOC-102', 'DOC-103', 'DOC-104', 'DOC-105', 'DOC-106', 'DOC-107', 'DOC-108', 'DOC-109').concat(
    ids('DOC-110', 'DOC-111'),
  ),
  record: ids('REC-101', 'REC-102', 'REC-103', 'REC-105', 'REC-109', 'DOC-115', 'VER-108'),
  digest: ids('DOC-112'),
  signature: ids('DOC-113', 'DOC-114', 'REC-108'),
  pin: ids('VER-101', 'VER-102', 'VER-103', 'VER-109'),
  headers: ids('CHN-101', 'CHN-102', 'CHN-103', 'CHN-104', 'CHN-105', 'CHN-106', 'CHN-107', 'CHN-108', 'VER-105'),
  anchor: ids('PRF-101', 'PRF-102', 'PRF-103', 'PRF-104', 'PRF-105', 'PRF-106', 'PRF-107', 'PRF-108').concat(
    ids('LOC-101', 'LOC-102', 'LIN-104', 'LIN-105', 'CHN-109'),
  ),
  depth: ids('CHN-110'),
  time: ids('VER-106', 'VER-107'),
  lineage: ids(
    'LIN-101',
    'LIN-102',
    'LIN-103',
    'LIN-104',
    'LIN-105',
    'LIN-106',
    'LIN-107',
    'LIN-108',
    'LIN-109',
  ).concat(ids('LIN-110', 'LIN-111', 'REC-104', 'PRF-109', 'CHN-109')),
  successors: ids('REC-106', 'REC-107'),
  retirement: ids('RET-101', 'VER-104'),
  canary: ids('STA-101', 'STA-102', 'STA-103', 'STA-104', 'STA-105', 'STA-106', 'STA-107', 'VER-102'),
};

const STEP_NAMES: readonly StepName[] = Object.keys(REQUIREMENTS) as StepName[];

/** A step that only takes place where it was asked for. */
const ON_REQUEST: StepName = 'canary';

export class StepRecord {
  readonly #done = new Map<StepName, VerdictStep>();
  readonly #names: readonly StepName[];

  /** @param withCanary whether the canary was asked for */
  constructor(withCanary: boolean) {
    this.#names = withCanary ? STEP_NAMES : STEP_NAMES.filter((name) => name !== ON_REQUEST);
  }

  /**
   * Runs a step, which writes down what it sees as it goes, so that a fault leaves what was seen before it.
   * @throws whatever the step throws
   */
  async run<T>(step: StepName, body: (evidence: Evidence) => T | Promise<T>): Promise<T> {
    const evidence: Evidence = {};
    try {
      const result = await body(evidence);
      this.#note(step, 'ok', evidence);
      return result;
    } catch (error) {
      if (error instanceof MdtError) Object.assign(evidence, faultOf(error));
      this.#note(step, 'failed', evidence);
      throw error;
    }
  }

  /** Leaves out a step that has nothing to look at, or did not look at everything; what it saw stays. */
  skip(step: StepName): void {
    this.#note(step, 'skipped', this.#done.get(step)?.evidence ?? {});
  }

  /** Every step in order; those that were not reached are skipped. */
  get steps(): VerdictStep[] {
    return this.#names.map(
      (step) => this.#done.get(step) ?? { step, outcome: 'skipped', requirements: [], evidence: {} },
    );
  }

  #note(step: StepName, outcome: VerdictStep['outcome'], evidence: Evidence): void {
    const requirements = outcome === 'skipped' ? [] : [...REQUIREMENTS[step]];
    this.#done.set(step, { step, outcome, requirements, evidence });
  }
}

/** An error as evidence. */
function faultOf({ code, field, message }: MdtError): Evidence {
  return { code, ...(field !== '' && { field }), message };
}

function ids(...ends: string[]): string[] {
  return ends.map((end) => `MDT-${end}`);
}
