/** What the right answer to a question says beside its verdict: the oracle's, of the record and the headers that are shown. */
import { hash256 } from '../../oracle/digest.ts';
import { displayed } from '../../oracle/merkle.ts';
import { judgeEntity, type GivenVerdict } from '../../oracle/verdict.ts';
import { parametersOf } from '../pat-questions.ts';
import type { Expectation, Source, Step } from './scenario.ts';

const HEADER_OCTETS = 80;

/** A source as it has to be named in the answer (MDT-VER-105). */
export interface ExpectedSource {
  readonly name: string;
  readonly best: boolean;
  readonly tip_hash?: string;
  readonly work?: string;
  /** A code, or `any`: that there is one; or `some`: that there may be one. */
  readonly code?: string;
  /** Whether what was taken of it before it failed is open. */
  readonly isOpen: boolean;
}

export interface ExpectedEvidence {
  readonly entity_id: string;
  readonly digest: string;
  readonly existed_after: string;
  readonly existed_before?: string;
  readonly confirmations: number;
  readonly tip_hash: string;
  readonly sources: readonly ExpectedSource[];
}

/** Verdicts whose evidence is complete. */
const COMPLETE = ['VERIFIED', 'ACTIVE', 'STALE', 'TRIPPED', 'UNPINNED'];

/**
 * The evidence of an answer with this verdict; `undefined` where none is compared.
 * @param urls of the sources, in their order
 * @param remembered headers that a memory has from earlier questions
 */
export async function expectedEvidence(
  step: Step,
  { verdict, code }: Expectation,
  urls: readonly string[],
  remembered: readonly Buffer[],
): Promise<ExpectedEvidence | undefined> {
  if (!COMPLETE.includes(verdict) || step.shown === undefined) return undefined;
  const judged = await oracleVerdict(step, urls, remembered);
  const wanted = verdict === 'UNPINNED' ? verdict : 'VERIFIED';
  if (judged.verdict !== wanted)
    throw new Error(
      `the scenario expects ${verdict} ${code ?? ''} and the oracle says ${judged.verdict} ${judged.code ?? ''}`,
    );
  const { headers, ...evidence } = judged as unknown as Judged;
  const { entity_id, digest, existed_after, existed_before, confirmations } = evidence;
  return {
    ...{ entity_id, digest, existed_after, confirmations },
    ...(existed_before !== undefined && { existed_before }),
    tip_hash: headers.tip.hash,
    sources: step.sources.map((source, index) => {
      const given = headers.sources.find(({ name }) => name === urls[index]);
      const isOpen = source.fails === true || faultyAt(source) < source.gives.length;
      const failure =
        source.quietly === true ? 'some' : source.fails === true ? 'any' : isOpen ? 'MDT_HEADER_FORMAT' : given?.code;
      return {
        name: urls[index] ?? '',
        best: given?.best ?? false,
        ...(given?.tip && { tip_hash: given.tip.hash }),
        ...(given?.work !== undefined && { work: given.work }),
        ...(failure !== undefined && { code: failure }),
        isOpen,
      };
    }),
  };
}

interface Judged extends Omit<ExpectedEvidence, 'tip_hash' | 'sources'> {
  readonly headers: {
    readonly tip: { readonly hash: string };
    readonly sources: readonly { name: string; best: boolean; tip?: { hash: string }; work?: string; code?: string }[];
  };
}

/** The oracle's verdict on what is shown, without memory of the entity and without its canary. */
export async function oracleVerdict(
  step: Step,
  urls: readonly string[],
  remembered: readonly Buffer[],
): Promise<GivenVerdict> {
  const { shown, url, pins, confirmations, now, checkpoint } = step;
  const state = { name: 'state', headers: hexOf(remembered) };
  const sources = step.sources.map((source, index) => ({
    name: urls[index] ?? '',
    headers: hexOf(source.fails === true ? [] : source.gives.slice(0, faultyAt(source))),
    ...(source.earlier && { earlier: hexOf(source.earlier) }),
    ...(source.fails === true && { refused: 'MDT_SOURCE' }),
  }));
  return judgeEntity(
    {
      ...{ url, pins: [...pins], confirmations, now, checkpoint, known: [] },
      parameters: parametersOf('regtest'),
      sources: [...(remembered.length > 0 ? [state] : []), ...sources],
    },
    shown && (() => shown),
  );
}

/** Where the first header of another length is. */
function faultyAt({ gives }: Source): number {
  const at = gives.findIndex((header) => header.length !== HEADER_OCTETS);
  return at < 0 ? gives.length : at;
}

function hexOf(headers: readonly Buffer[]): string {
  return Buffer.concat(headers).toString('hex');
}

/** Headers that a reader has after a question, in an order in which they can be read again. */
export function rememberedAfter({ sources }: Step, before: readonly Buffer[]): Buffer[] {
  const known = new Set(before.map((header) => displayed(hash256(header))));
  const more = sources.flatMap((source) => (source.fails === true ? [] : source.gives.slice(0, faultyAt(source))));
  return [...before, ...more.filter((header) => !known.has(displayed(hash256(header))))];
}
