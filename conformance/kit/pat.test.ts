import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { EventStream } from './events.ts';
import { loadTarget } from './manifest.ts';
import { PROJECT } from './project.ts';
import { certify, type RunResult } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'milagro-pat-test-'));

/** What a client claims that goes to hosts and sources itself. */
const ABROAD = { features: 'network, p2p' };

/** A client that gives the same answer to everything. */
function constant(
  name: string,
  answer: string,
  { role = 'pat', features = '' }: { role?: 'pat' | 'dta'; features?: string } = {},
): string {
  const path = join(folder, `${name}.target.yaml`);
  const program = join(folder, `${name}.cjs`);
  writeFileSync(
    program,
    `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { launch, id, pins: [pin] = [] } = JSON.parse(line);
      if (launch) process.exit(1);
      ${answer}
    });`,
  );
  writeFileSync(
    path,
    `manifest: 1\nname: ${name}\nrole: ${role}\nmode: ${role === 'pat' ? 'pat' : 'command'}\ncommand: [$NODE, ${program}]\nclaims: { profiles: [${role === 'pat' ? 'identity, status, log' : 'identity'}], features: [${features}] }\n`,
  );
  return path;
}

async function run(path: string, only?: string[], seed = 'pat'): Promise<RunResult & { events: EventStream }> {
  const events = new EventStream();
  const options = { target: loadTarget(path), seed, events, chain: {}, ...(only && { only }) };
  return { ...(await certify(options)), events };
}

const say = (members: string): string => `console.log(JSON.stringify({ id, ${members} }));`;

describe('a client under test', function () {
  this.timeout(120_000);
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is certified where it answers as the specification says: the reference', async () => {
    const { exit, verdict, checks } = await run(join(PROJECT, 'conformance/targets/reference-pat.target.yaml'));
    assert.deepEqual([exit, verdict], [0, 'certified']);
    assert.ok(checks.length > 30 && checks.every(({ outcome }) => outcome === 'pass'));
  });

  it('is asked about a real implementation in the place of the recorded one, and needs it to be born', async () => {
    const manifest = (name: string) => loadTarget(join(PROJECT, `conformance/targets/${name}.target.yaml`));
    const events = new EventStream();
    const options = { target: manifest('reference-pat'), seed: 'with', events, chain: {}, only: ['MDT-VER-109'] };
    const { exit, checks } = await certify({ ...options, counterpart: manifest('reference') });
    assert.equal(exit, 0);
    const [about] = checks[0]?.evidence ?? [];
    assert.match(about?.text ?? '', /live 1: live, as it is/);
    assert.match(about?.text ?? '', /live 3: live, and another expected/);
    const unborn = loadTarget(constant('unborn', '', { role: 'dta' }));
    const ended = new EventStream();
    const run = await certify({ ...options, events: ended, counterpart: unborn });
    assert.deepEqual([run.exit, run.verdict], [3, 'no verdict']);
    const last = ended.events.at(-1);
    assert.match(last?.type === 'run_finished' ? (last.reason ?? '') : '', /--with/);
  });

  for (const [name, answer] of Object.entries({
    'always-verified': say(`verdict: 'VERIFIED', evidence: { entity_id: pin, digest: pin, confirmations: 10 }`),
    'always-unknown': say(`verdict: 'UNKNOWN', code: 'MDT_SOURCE', evidence: {}`),
    'always-active': say(`verdict: 'ACTIVE', evidence: { entity_id: pin, digest: pin, confirmations: 10 }`),
    'always-tripped': say(`verdict: 'TRIPPED', code: 'MDT_STATUS_CODE', evidence: {}`),
    'always-rejected': say(`verdict: 'REJECTED', code: 'MDT_SCHEMA', evidence: {}`),
  }))
    it(`passes nothing where its answers do not depend on what is asked: ${name}`, async () => {
      const { exit, checks } = await run(constant(name, answer, ABROAD));
      assert.equal(exit, 1);
      const asked = checks.filter(({ outcome }) => outcome !== 'not claimed'); // it registers nothing
      assert.ok(asked.length > 30);
      assert.deepEqual(new Set(asked.map(({ outcome }) => outcome)), new Set(['fail']));
    });

  it('is not waited for question by question where it answers none', async () => {
    const { exit, verdict, checks } = await run(constant('mute', '', ABROAD), ['MDT-DOC', 'MDT-VER-101']);
    assert.deepEqual([exit, verdict], [3, 'no verdict']);
    assert.deepEqual(new Set(checks.map(({ outcome }) => outcome)), new Set(['untestable']));
    assert.match(checks[0]?.message ?? '', /^the target did not start: its first question was answered by: nothing/);
  });

  it('loses one question where it ends in the middle, and is asked the next', async () => {
    const once = join(folder, 'crashed');
    const path = constant(
      'crashes-once',
      `const fs = require('node:fs');
       if (!fs.existsSync(${JSON.stringify(once)})) { fs.writeFileSync(${JSON.stringify(once)}, ''); process.exit(7); }
       ${say(`unsupported: true`)}`,
      ABROAD,
    );
    const { exit, checks } = await run(path, ['MDT-DOC-112', 'MDT-DOC-113']);
    const outcomes = new Set(checks.map(({ outcome }) => outcome));
    assert.deepEqual([exit, outcomes], [3, new Set(['untestable'])]); // nothing was answered before it ended: it is no client yet
  });

  it('is asked the same in the same order with the same seed', async () => {
    const asked = async (seed: string): Promise<string[]> => {
      const { events } = await run(
        constant('asked', say(`verdict: 'UNKNOWN', code: 'MDT_SOURCE'`)),
        ['MDT-VER-101'],
        seed,
      );
      return events.events.flatMap((event) =>
        event.type === 'check_finished' ? (event.check.evidence ?? []).map(({ text }) => text) : [],
      );
    };
    const [one, same, other] = [await asked('a'), await asked('a'), await asked('b')];
    assert.deepEqual(one, same);
    assert.notDeepEqual(one, other);
  });
});
