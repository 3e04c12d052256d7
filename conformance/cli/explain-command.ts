/** `explain`: what a requirement asks for and why, who judges it, and what right and wrong look like. */
import { Command } from 'commander';
import { explain, type ExplainedRequirement, type Explanation } from '../kit/explanation.ts';
import type { BadExample, Example } from '../kit/vector-examples.ts';
import { oneLine } from '../report/visible.ts';
import type { CommandMaker } from './command.ts';

const EXAMPLES = `
Examples:
  $ milagro-trust explain MDT-DOC-013               a requirement
  $ milagro-trust explain MDT-HST-001/record        a check of it
  $ milagro-trust explain MDT_PUSH                  an error code
  $ milagro-trust explain MDT-ANC-102 --json

Octets that differ between a right and a wrong input stand in [brackets].`;

/** Characters of a value that are shown. */
const MAX_VALUE = 160;
/** Places that are shown in which two inputs differ. */
const MAX_DIFFERENCES = 4;

export const explainCommand: CommandMaker = () =>
  new Command('explain')
    .description('say what a requirement, a check or an error code means')
    .argument('<id>', 'requirement (MDT-DOC-013), check (MDT-HST-001/record) or error code (MDT_PUSH)')
    .option('--json', 'machine-readable')
    .addHelpText('after', EXAMPLES)
    .action((id: string, { json }: { json?: boolean }) => {
      const explanation = explain(id);
      const text = json ? JSON.stringify(explanation, undefined, 2) : parts(explanation).join('\n\n');
      process.stdout.write(`${text}\n`);
    });

function parts({ id, was, requirements, checks, vectors, causes, codes }: Explanation): string[] {
  const isCode = codes[0]?.code === id;
  const codeLines = codes.map(({ code, grpc, http, meaning }) => {
    const carriers = [grpc && `gRPC ${grpc}`, http && `HTTP ${String(http)}`].filter(Boolean).join(', ');
    return `${code}  ${meaning}${carriers === '' ? '' : ` (${carriers})`}`;
  });
  const checkLines = checks.map(({ id: check, title, negative, scenes }) =>
    [check, title, ...(negative ? ['negative'] : []), scenes.length > 0 && `scenes ${scenes.join(' ')}`]
      .filter(Boolean)
      .join('  '),
  );
  return [
    ...(was === undefined ? [] : [`${was} is ${id} in this revision`]),
    ...(isCode ? [codeLines.join('\n')] : []),
    ...requirements.map(requirementPart),
    ...section('Checks', checkLines),
    ...(vectors.good ? section('Right', goodLines(vectors.good)) : []),
    ...vectors.bad.flatMap((bad) => section('Wrong', badLines(bad))),
    ...section('', vectors.more > 0 ? [`${String(vectors.more)} more wrong inputs in vectors/`] : []),
    ...section('What breaks it', causes),
    ...(isCode ? [] : section('Codes', codeLines)),
    ...(checks.length > 0 ? section('Look at it', [`milagro-trust certify --only ${onlyOf(id, checks)}`]) : []),
  ];
}

/** What `--only` takes; a code is looked at by its requirement. */
function onlyOf(id: string, [first]: Explanation['checks']): string {
  return id.startsWith('MDT_') ? (first?.id.split('/')[0] ?? '') : id;
}

function requirementPart({
  id,
  level,
  side,
  roles,
  profile,
  place,
  sentence,
  legacyIds = [],
  why,
  untestable,
}: ExplainedRequirement): string {
  return [
    `${id}  ${level}  ${side}: ${roles.join(' ')}  profile ${profile}  ${place}`,
    '',
    `  ${sentence}`,
    ...(legacyIds.length === 0 ? [] : ['', `  Was: ${legacyIds.join(' ')}`]),
    ...(why === undefined ? [] : ['', `  Why: ${why}`]),
    ...(untestable === undefined ? [] : ['', `  Untestable: ${untestable}`]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [[...(title === '' ? [] : [title]), ...lines.map((line) => `  ${line}`)].join('\n')];
}

function goodLines({ file, tcId, comment, input, expected = {} }: Example): string[] {
  const gives = inputLines(expected).map((line) => `  ${line}`);
  return [
    `${file} ${String(tcId)}: ${comment}`,
    ...inputLines(input),
    ...(gives.length > 0 ? ['gives', ...gives] : []),
  ];
}

function badLines({ file, tcId, comment, code, notes, nearest, differences, input }: BadExample): string[] {
  const compared = nearest ? `, beside ${nearest.file} ${String(nearest.tcId)} (${nearest.comment})` : '';
  const more = differences.length - MAX_DIFFERENCES;
  return [
    `${file} ${String(tcId)}: ${comment}${compared}`,
    ...notes,
    `expected  ${code}`,
    ...(nearest ? [] : inputLines(input)),
    ...differences
      .slice(0, MAX_DIFFERENCES)
      .flatMap(({ field, octet, good, bad }) => [
        `${field}${octet === undefined ? '' : `, from octet ${String(octet)}`}`,
        `  right  ${good === undefined ? 'not there' : oneLine(good, MAX_VALUE)}`,
        `  wrong  ${bad === undefined ? 'not there' : oneLine(bad, MAX_VALUE)}`,
      ]),
    ...(more > 0 ? [`and in ${String(more)} more places`] : []),
  ];
}

function inputLines(input: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(input).map(
    ([name, value]) =>
      `/${name}  ${oneLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), MAX_VALUE)}`,
  );
}
