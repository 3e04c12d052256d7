/**
 * `make hostile`: targets that want to hang, fill, blind or outlive the kit go through the whole of it, by its command line. Whatever
 * they do, a run ends in time with a verdict, the kit stays small, and nothing is left behind. Writes `out/hostile.json`;
 * exit 0 only if all of that holds. Without Docker the images among them are left out, and that is said.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report, RunEvent, TargetManifest } from '../../../reference/gen/schemas.ts';
import { dockerAnswers } from '../../chain/docker.ts';
import { PROJECT } from '../../kit/project.ts';
import { lookAtAll, type Looked } from '../look-at-all.ts';
import { CASES, type Case, type Evidence } from './cases.ts';
import { controlGroups, leftovers, MARK } from './leftovers.ts';

/** The most that a run may take, whatever its target does (spec/certification.md, C.7). */
const LIMIT_MS = 180_000;
/** The kit's own memory; an ordinary run has half of it. */
const MAX_RSS_MB = 400;
/** For two cores: those that only hold the kit until its time limits, and those of which something exact is asked. */
const SIDE_BY_SIDE = { waiting: 3, working: 2 };
/** What `make setup` built: none of these programs replaces anything of the sources, and each of some hundred starts is half a second less. */
const MAIN = 'dist/reference/cli/main.js';
/** In the image are the sources. */
const MAIN_OF_IMAGE = '/opt/milagro-trust/reference/cli/main.ts';
const SERVE = ['serve', 'dta'];

interface Ran {
  readonly status: number | null;
  readonly terminal: string;
  readonly ms: number;
}

function manifestOf({ id, program, mode }: Case, mark: string): TargetManifest {
  const file = join(import.meta.dirname, 'programs', `${program}.ts`);
  return {
    manifest: 1,
    name: `hostile-${id}-${mark}`,
    role: 'dta',
    mode,
    ...(mode === 'command'
      ? { command: ['$NODE', '--import', file, join(PROJECT, MAIN), ...SERVE] }
      : {
          image: {
            name: 'milagro-trust-reference:latest',
            command: ['--import', asUrl(file), MAIN_OF_IMAGE, ...SERVE],
          },
        }),
    claims: { profiles: ['identity'], features: ['clock', 'import_secrets', 'successor', 'retire'] },
    limits: { memory_mb: 512 },
    env: { [MARK]: mark, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
  };
}

/** The program itself as an argument, because nothing of this machine is in the image. */
function asUrl(file: string): string {
  return `data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(readFileSync(file, 'utf8')))}`;
}

/** The command line in a process of its own, as a user runs it (the launcher becomes it); killed when it takes far too long. */
async function run(args: readonly string[], temporary: string): Promise<Ran> {
  const began = performance.now();
  const child = spawn(join(PROJECT, 'conformance/cli/milagro-trust'), args, {
    env: { ...process.env, TMPDIR: temporary, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS * 1.5,
    killSignal: 'SIGKILL',
  });
  let terminal = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (terminal += text.toString('utf8')));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, terminal, ms: Math.round(performance.now() - began) };
}

async function look(id: string): Promise<Looked> {
  const each = CASES.find((one) => one.id === id);
  if (!each) return { id, ms: 0, problems: ['there is no such target'] };
  const mark = randomBytes(4).toString('hex');
  const folder = mkdtempSync(join(tmpdir(), 'milagro-hostile-'));
  const [manifest, report, temporary] = ['t.target.yaml', 'report', 'tmp'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(temporary);
  const described = manifestOf(each, mark);
  writeFileSync(manifest, JSON.stringify(described));
  try {
    const groupsBefore = controlGroups();
    const ran = await run(['certify', manifest, '--report', report, '--seed', `hostile ${id}`], temporary);
    const withDocker = each.mode === 'image';
    const left = await leftovers({ name: described.name, mark, temporary, withDocker, groupsBefore });
    return { id, ms: ran.ms, problems: [...judged(each, ran, report), ...left] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judged(each: Case, ran: Ran, folder: string): string[] {
  let evidence: Evidence;
  try {
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const events = read('events.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    const report = JSON.parse(read('report.json')) as Report;
    evidence = { report, events, terminal: ran.terminal, html: read('report.html'), junit: read('junit.xml') };
  } catch (error) {
    return [`no whole report: ${String(error)}; status ${String(ran.status)}: ${ran.terminal.slice(-500)}`];
  }
  const { verdict, exit, timing, checks } = evidence.report;
  const wanted = each.verdict === 'none' ? ['not certified', 'no verdict'] : [each.verdict];
  const errors = checks.filter(({ outcome }) => outcome === 'error').map((check) => check.id);
  const failed = evidence.events.flatMap((event) =>
    event.type === 'scene_finished' && event.failed !== undefined ? [`${event.scene}: ${event.failed}`] : [],
  );
  return [
    ...(wanted.includes(verdict) ? [] : [`the verdict is ${verdict}: ${evidence.report.reason ?? failures(evidence)}`]),
    ...(exit === ran.status ? [] : [`status ${String(ran.status)}, and the report says ${String(exit)}`]),
    ...(errors.length === 0 ? [] : [`errors of the kit: ${errors.join(', ')} (${failed.join('; ')})`]),
    ...(ran.ms <= LIMIT_MS ? [] : [`took ${String(ran.ms)} ms`]),
    ...((timing.kitRssMb ?? Infinity) <= MAX_RSS_MB ? [] : [`the kit had ${String(timing.kitRssMb)} MB`]),
    ...(each.look?.(evidence) ?? []),
  ];
}

function failures({ report: { checks } }: Evidence): string {
  return checks
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'untestable')
    .map(({ id, outcome, message }) => `${id} ${outcome}: ${message ?? ''}`)
    .join('; ');
}

const wanted = process.argv.slice(2);
const withDocker = await dockerAnswers();
if (!withDocker) process.stdout.write('The images among them are left out: no Docker daemon answers.\n');
const ids = CASES.filter(
  ({ id, mode }) => (withDocker || mode !== 'image') && (wanted.length === 0 || wanted.includes(id)),
);
const those = (isOne: (each: Case) => boolean): string[] => ids.filter(isOne).map(({ id }) => id);
const isCertified = ({ verdict }: Case): boolean => verdict === 'certified';
process.exit(
  await lookAtAll(
    [
      { ids: those(({ waits = false }) => waits), sideBySide: SIDE_BY_SIDE.waiting },
      { ids: those((each) => each.waits !== true && !isCertified(each)), sideBySide: SIDE_BY_SIDE.working },
      // One that must be certified has time limits to keep, and what stands beside it may take all of the machine.
      { ids: those(isCertified), sideBySide: 1 },
    ],
    look,
    { file: 'hostile.json', again: true },
  ),
);
