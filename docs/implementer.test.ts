/** The steps of the implementer's guide, done as they stand there by somebody whose folder is empty. */
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const HEADING = '## From nothing to the first requirement';
const MAX_STEPS = 7;
const MAX_HARNESS_LINES = 120;
const FIRST = 'MDT-TGT-007';

/** The commands of each numbered step. */
function stepsOf(page: string): string[][] {
  const [, section = ''] = page.split(HEADING);
  const [steps = ''] = section.split(/^## /m);
  return steps
    .split(/^\d+\. /m)
    .slice(1)
    .map((step) => [...step.matchAll(/^ +\$ (.+)$/gm)].map(([, command = '']) => command));
}

interface Report {
  readonly requirements: readonly { readonly id: string; readonly outcome: string }[];
}

/** Runs a shell from the root of the checkout, with `home` for a home. */
function shell(home: string, commands: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['-ec', commands.join('\n')], {
    cwd: ROOT,
    env: {
      ...process.env,
      HOME: home,
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? `${process.env['HOME'] ?? ''}/.cache`,
    },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, output: stdout + stderr };
}

function outcomeOfFirst(home: string): string | undefined {
  const report = JSON.parse(readFileSync(join(home, 'my-dta/out/report/report.json'), 'utf8')) as Report;
  return report.requirements.find(({ id }) => id === FIRST)?.outcome;
}

describe('the implementer’s guide', function () {
  this.timeout(120_000);
  const steps = stepsOf(readFileSync(join(ROOT, 'docs/implementer.md'), 'utf8'));
  let home: string;
  before(() => (home = mkdtempSync(join(tmpdir(), 'milagro-newcomer-'))));
  after(() => rmSync(home, { recursive: true }));

  it(`leads to the first requirement in at most ${String(MAX_STEPS)} steps, each with a command`, () => {
    assert.ok(steps.length > 0 && steps.length <= MAX_STEPS, `${String(steps.length)} steps`);
    for (const [index, commands] of steps.entries()) assert.ok(commands.length > 0, `step ${String(index + 1)}`);
  });

  it(`has a harness of at most ${String(MAX_HARNESS_LINES)} lines, of the standard library alone`, () => {
    const harness = readFileSync(join(ROOT, 'docs/harness/harness.py'), 'utf8');
    assert.ok(harness.trimEnd().split('\n').length <= MAX_HARNESS_LINES);
    const modules = [...harness.matchAll(/^(?:import|from) ([a-z_]+)/gm)].map(([, name = '']) => name);
    const program = `import sys; sys.exit(not set(${JSON.stringify(modules)}) <= sys.stdlib_module_names)`;
    assert.equal(spawnSync('python3', ['-c', program]).status, 0, modules.join(', '));
  });

  it('passes the first requirement with nothing but these steps', () => {
    const { status, output } = shell(home, steps.flat());
    assert.equal(status, 0, output);
    assert.equal(outcomeOfFirst(home), 'pass');
  });

  it('would not pass with a harness that says nothing of a bad configuration', () => {
    const harness = join(home, 'my-dta/harness.py');
    const text = readFileSync(harness, 'utf8');
    const silent = text.replace(/^ +say\(event="failed".*\n/m, '');
    assert.notEqual(silent, text);
    writeFileSync(harness, silent);
    const { status } = shell(home, [...(steps[0] ?? []), 'cd ~/my-dta', ...(steps[4] ?? [])]);
    assert.equal(status, 1);
    assert.equal(outcomeOfFirst(home), 'fail');
  });
});
