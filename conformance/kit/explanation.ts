/**
 * What there is to know of a requirement, of a check or of an error code: its sentence and reason, who judges it, inputs
 * that are right and wrong by it, and what implementations get wrong.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUITES } from '../suites/index.ts';
import type { Check } from './check.ts';
import causes from './common-causes.json' with { type: 'json' };
import { readRegistry, type RegisteredError } from './error-registry.ts';
import { KitError } from './kit-error.ts';
import { loadLedger, presentId, type Ledger, type Requirement } from './ledger.ts';
import { nearest } from './nearest.ts';
import { PROJECT } from './project.ts';
import { examplesOf, type Examples } from './vector-examples.ts';

/** A check that judges the requirement. */
export type ExplainedCheck = Pick<Check, 'id' | 'title' | 'negative' | 'scenes' | 'feature'>;

export interface ExplainedRequirement extends Requirement {
  /** File and line of the sentence, from the root of the package: `spec/01-documents.md:86`. */
  readonly place: string;
}

export interface Explanation {
  /** What was asked for, by its present name. */
  readonly id: string;
  /** The name of an earlier revision that it was asked for by. */
  readonly was?: string;
  /** The requirement; of a code, all whose breach it tells of. */
  readonly requirements: readonly ExplainedRequirement[];
  readonly checks: readonly ExplainedCheck[];
  readonly vectors: Examples;
  /** What was seen to break it, each a sentence. */
  readonly causes: readonly string[];
  readonly codes: readonly RegisteredError[];
}

/** @throws KitError MDT_KIT_USAGE where there is neither a requirement, a check nor a code of this name */
export function explain(asked: string, ledger: Ledger = loadLedger(join(PROJECT, 'spec'))): Explanation {
  const { requirements } = ledger;
  const id = presentId(ledger, asked);
  const registry = readRegistry(readFileSync(join(PROJECT, 'spec/errors.md'), 'utf8'));
  const checks = SUITES.flatMap((suite) => suite.checks);
  const code = registry.get(id);
  const check = checks.find((each) => each.id === id);
  const wanted = code?.requirements ?? [check?.requirement ?? id];
  const found = wanted.flatMap((each) => requirements.get(each) ?? []);
  if (found.length === 0) throw unknown(id, [...requirements.keys(), ...registry.keys(), ...checks.map((c) => c.id)]);
  const codes = code ? [code] : [...registry.values()].filter((each) => each.requirements.includes(wanted[0] ?? ''));
  return {
    id,
    ...(id !== asked && { was: asked }),
    requirements: found.map(placed),
    checks: (check ? [check] : checks.filter(({ requirement }) => wanted.includes(requirement))).map(told),
    vectors: examplesOf(({ requirements, code: refusal }) =>
      code ? refusal === id : requirements.includes(wanted[0] ?? ''),
    ),
    causes: wanted.flatMap((each) => (causes as Readonly<Record<string, string[]>>)[each] ?? []),
    codes,
  };
}

function told({ id, title, negative, scenes, feature }: Check): ExplainedCheck {
  return { id, title, negative, scenes, ...(feature !== undefined && { feature }) };
}

function placed(requirement: Requirement): ExplainedRequirement {
  const file = `spec/${requirement.chapter}.md`;
  const lines = readFileSync(join(PROJECT, file), 'utf8').split('\n');
  const index = lines.findIndex((line) => line.startsWith(`**${requirement.id}**`));
  return { ...requirement, place: `${file}:${String(index + 1)}` };
}

function unknown(id: string, known: readonly string[]): KitError {
  const hint = nearest(id, known) ?? nearest(id.toUpperCase(), known);
  const what = `there is no requirement, check or error code ${id}${hint === undefined ? '' : `; did you mean ${hint}?`}`;
  return new KitError('MDT_KIT_USAGE', what, { field: 'id' });
}
