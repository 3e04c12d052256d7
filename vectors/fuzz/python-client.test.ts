/**
 * Three programs that share no code, on generated inputs of the vectors' types: the reference's core, the kit's oracle, and
 * the client in Python, which was written from the specification alone. What one takes all take, with the same values.
 *
 * `SEED` and `FUZZ` (environment) as in differential.test.ts.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { refuseSchema } from '../../conformance/kit/refuse-schema.ts';
import { JUDGES } from '../../conformance/kit/vector-judges.ts';
import { loadVectors } from '../../conformance/kit/vectors.ts';
import { parametersOf } from '../../reference/core/chain-parameters.ts';
import { ENTITY_RUNNERS } from '../../reference/core/fixtures/entity-vector-runners.ts';
import { REGTEST_CHECKPOINT, REGTEST_GENESIS, type GrownLineage } from '../../reference/core/fixtures/grown-lineage.ts';
import { LOG_RUNNERS } from '../../reference/core/fixtures/log-vector-runners.ts';
import { PAT_RUNNERS } from '../../reference/core/fixtures/pat-vector-runners.ts';
import { PART_CHECKS } from '../../reference/core/part-questions.ts';
import { validate, type SchemaTypes } from '../../reference/core/schema.ts';
import * as activity from './activity.ts';
import { note, outcomeOf, type Agreement, type Outcome } from './compare.ts';
import { jsonText } from './json-grammar.ts';
import { Lives, shown, signedAnew } from './lives.ts';
import { mutateJson, mutateOctets } from './mutants.ts';
import { Random } from './random.ts';

const SEED = Number(process.env['SEED'] ?? 1);
const TIMES = Number(process.env['FUZZ'] ?? 1);
const PYTHON = '/usr/bin/python3';
const OUTCOMES = join(import.meta.dirname, '../../conformance/targets/python-pat/outcomes.py');

const RUNNERS: Readonly<Record<string, (input: never) => unknown>> = {
  ...PART_CHECKS,
  ...LOG_RUNNERS,
  ...PAT_RUNNERS,
  ...ENTITY_RUNNERS,
};

type Input = Readonly<Record<string, unknown>>;

/** How inputs of one type of vectors are made. */
interface Subject {
  readonly type: string;
  readonly count: number;
  make(random: Random): object;
  /** A member that whoever reads the wire holds against this schema first. */
  readonly schema?: readonly [member: string, name: keyof SchemaTypes];
  /** Of a hundred refusals so many may be by another code, because mutants hold several faults. */
  readonly otherCodes?: number;
  /** Nothing is refused: all is right, or what is wrong is an answer of its own. */
  readonly refusesNone?: boolean;
}

function inputsOf(type: string): Input[] {
  const groups = loadVectors().flatMap(({ file }) => file.testGroups.filter((group) => group.type === type));
  return groups.flatMap(({ tests }) => tests.map(({ input }) => input));
}

/** An input of a vector, most of the time with something done to one of its members. */
function changed(type: string, member: string, change: (value: never, random: Random) => unknown) {
  const inputs = inputsOf(type).filter((input) => input[member] !== undefined);
  return (random: Random): Input => {
    const input = random.pick(inputs);
    return random.once(6) ? input : { ...input, [member]: change(input[member] as never, random) };
  };
}

const octetsOf = (hex: string, random: Random): string => mutateOctets(Buffer.from(hex, 'hex'), random).toString('hex');
const json = (value: object, random: Random): object => mutateJson(value, random);
const text = (value: string, random: Random): string => mutateOctets(Buffer.from(value), random).toString('utf8');

/** One header of one source is another, or not there, or twice. */
function headersOf(sources: readonly (readonly string[])[], random: Random): string[][] {
  const at = random.below(sources.length);
  return sources.map((headers, index) => {
    if (index !== at || headers.length === 0) return [...headers];
    const place = random.below(headers.length);
    const header = headers[place] ?? '';
    return headers.toSpliced(place, 1, ...random.pick([[], [header, header], [octetsOf(header, random)]]));
  });
}

function branchOf(branch: readonly string[], random: Random): string[] {
  const place = random.below(branch.length + 1);
  const other = random.pick([...branch, random.octets(32).toString('hex')]);
  return random.pick([
    branch.toSpliced(place, 1),
    branch.toSpliced(place, 0, other),
    branch.toSpliced(place, 1, other),
  ]);
}

const lives = new Lives(30 * TIMES);

function hosted(random: Random, life: GrownLineage): object {
  const hosts = shown(life, random);
  const made = random.pick([() => hosts, () => mutateJson(hosts, random), () => signedAnew(life, hosts, random)])();
  return typeof made === 'object' && made !== null ? made : hosts;
}

function verdict(random: Random): object {
  const life = lives.one(random);
  const headers = life.headers.slice(0, life.headers.length - (random.once(3) ? random.below(12) : 0));
  return {
    hosted: hosted(random, life),
    url: life.hosted().birth_record.services.birth_record,
    ...{ pins: random.pick([[], [life.entityId], [life.entityId], ['00'.repeat(32)]]), known: [] },
    sources: [{ name: 'node', headers: Buffer.concat(headers).toString('hex') }],
    ...{ parameters: parametersOf(REGTEST_GENESIS), checkpoint: REGTEST_CHECKPOINT },
    ...{ confirmations: 1 + random.below(8), now: new Date(life.now * 1000).toISOString().replace('.000Z', 'Z') },
  };
}

const SUBJECTS: readonly Subject[] = [
  {
    type: 'canonical-json',
    count: 1_000,
    make: (random) => ({ octets: Buffer.from(jsonText(random)).toString('hex') }),
    refusesNone: true,
  },
  { type: 'canonical-json', count: 1_000, make: changed('canonical-json', 'octets', octetsOf), otherCodes: 10 },
  { type: 'payload-decode', count: 600, make: changed('payload-decode', 'payload', octetsOf) },
  { type: 'op-return-script', count: 600, make: changed('op-return-script', 'script', octetsOf) },
  { type: 'txref-decode', count: 600, make: changed('txref-decode', 'txref', text) },
  { type: 'authorization-url', count: 1_000, make: changed('authorization-url', 'url', text), otherCodes: 10 },
  { type: 'jwks-signature', count: 300, make: changed('jwks-signature', 'jwks', json) },
  { type: 'merkle-root', count: 300, make: changed('merkle-root', 'branch', branchOf) },
  { type: 'header-chain', count: 60, make: changed('header-chain', 'sources', headersOf), otherCodes: 2 },
  {
    type: 'chain-signature',
    count: 150,
    make: changed('chain-signature', 'transaction', octetsOf),
    otherCodes: 4,
  },
  {
    type: 'anchor-proof',
    count: 400,
    make: changed('anchor-proof', 'proof', json),
    schema: ['proof', 'anchor-proof'],
    otherCodes: 4,
  },
  {
    type: 'lineage-proof',
    count: 100,
    make: changed('lineage-proof', 'lineage', json),
    schema: ['lineage', 'lineage-proof'],
    otherCodes: 10,
  },
  {
    type: 'birth-record',
    count: 80,
    make: changed('birth-record', 'record', json),
    schema: ['record', 'birth-record'],
    otherCodes: 4,
  },
  {
    type: 'hosted-record',
    count: 80,
    make: (random) => ({ hosted: hosted(random, lives.one(random)) }),
    schema: ['hosted', 'hosted-record'],
    otherCodes: 10,
  },
  { type: 'verdict', count: 80, make: verdict, otherCodes: 15 },
  { type: 'canary', count: 200, make: activity.canaryInput, refusesNone: true },
  { type: 'activity-root', count: 80, make: activity.rootsInput, otherCodes: 15 },
  { type: 'log-inclusion', count: 300, make: activity.inclusionInput },
  { type: 'log-consistency', count: 300, make: activity.consistencyInput },
  { type: 'log-checkpoint', count: 200, make: changed('log-checkpoint', 'checkpoint', octetsOf) },
  { type: 'log-promise', count: 80, make: changed('log-promise', 'promise', json) },
  {
    type: 'pat-registration',
    count: 400,
    make: changed('pat-registration', 'registration', json),
    otherCodes: 10,
  },
];

/** What the program in Python makes of inputs. */
function askPython({ type, schema }: Subject, inputs: readonly object[]): Outcome[] {
  const input = inputs.map((each) => `${JSON.stringify({ type, input: each, schema })}\n`).join('');
  const { stdout, stderr } = spawnSync(PYTHON, ['-B', OUTCOMES], { encoding: 'utf8', input, maxBuffer: 2 ** 28 });
  const lines = stdout.split('\n').slice(0, -1);
  const next = inputs[lines.length];
  assert.equal(stderr, '', `SEED=${String(SEED)}: ${JSON.stringify(next)}`);
  return lines.map((line) => JSON.parse(line) as Outcome);
}

/** REJECTED, UNKNOWN and ALTERED say little but a code, and which of several faults is met first is free (spec 7.2). */
function comparable(outcome: Outcome): Outcome {
  if ('code' in outcome) return outcome;
  const { verdict: word, code } = (outcome.value ?? {}) as { verdict?: string; code?: string };
  if (word === 'REJECTED' || word === 'UNKNOWN') return { code: code ?? '' };
  return word === 'ALTERED' ? { value: { verdict: word, code } } : outcome;
}

/** Of a value, the members that another has. */
function asIn(outcome: Outcome, other: Outcome): Outcome {
  if ('code' in outcome || 'code' in other) return outcome;
  const members = Object.keys(other.value ?? {});
  const value = (outcome.value ?? {}) as Record<string, unknown>;
  return { value: Object.fromEntries(members.map((member) => [member, value[member]])) };
}

describe('the client in Python, core and oracle', () => {
  for (const subject of SUBJECTS) {
    const { type, count, make, schema, otherCodes = 0, refusesNone = false } = subject;
    it(`agree on ${String(count * TIMES)} inputs of ${type}`, async function () {
      this.timeout(60_000 * TIMES);
      const random = new Random(SEED);
      const inputs = Array.from({ length: count * TIMES }, () => make(random));
      const ofPython = askPython(subject, inputs).map(comparable);
      const agreement: Agreement = { taken: 0, refused: 0, otherCode: new Map() };
      for (const [index, input] of inputs.entries()) {
        const show = (): string => `SEED=${String(SEED)}: ${JSON.stringify(input).slice(0, 60_000)}`;
        const part = schema && (input as Input)[schema[0]];
        const ours = comparable(
          await outcomeOf(() => {
            if (schema) validate(schema[1], part);
            return RUNNERS[type]?.(input as never);
          }),
        );
        const theirs = comparable(
          await outcomeOf(() => {
            if (schema) refuseSchema(schema[1], part);
            return JUDGES[type]?.(input as never);
          }),
        );
        const python = ofPython[index] ?? { value: 'nothing' };
        note(agreement, ours, theirs, show);
        note(agreement, theirs, asIn(python, theirs), show);
      }
      const different = [...agreement.otherCode.values()].reduce((sum, each) => sum + each, 0);
      const pairs = [...agreement.otherCode].map(([pair, times]) => `${String(times)} ${pair}`);
      if (process.env['FUZZ_TELL']) console.log(agreement.taken, agreement.refused, pairs);
      assert.ok(different * 100 <= otherCodes * agreement.refused, `refusals by two codes: ${pairs.join(', ')}`);
      assert.ok(agreement.taken > 0);
      assert.equal(agreement.refused === 0, refusesNone);
    });
  }
});
