import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../kit/project.ts';
import { schemaFault } from '../kit/schemas.ts';
import { failingRun, sampleRun } from '../report/sample-run.ts';
import { MAIN, pause, runIn, type Ran } from './program-fixture.ts';

let folder: string;

const run = (args: readonly string[], env?: Record<string, string>): Promise<Ran> => runIn(folder, args, env);

describe('the command line', function () {
  this.timeout(60_000);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-cli-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('shows with --help every command, and examples; and so does each command', async () => {
    const { status, out } = await run(['--help']);
    assert.equal(status, 0);
    const commands = ['certify', 'list', 'explain', 'diff', 'merge', 'replay', 'init', 'doctor'];
    for (const name of [...commands, 'vectors', 'serve', 'birth-record', 'anchor', 'locator'])
      assert.ok(out.includes(`\n  ${name} `), name);
    const helps = await Promise.all(
      [...commands.map((name) => [name]), ['vectors', 'verify']].map((args) => run([...args, '--help'])),
    );
    for (const { status, out } of helps) {
      assert.equal(status, 0);
      assert.match(out, /Examples:\n  \$ milagro-trust \w/);
    }
  });

  it('tells its version, that of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    const { status, out } = await run(['--version']);
    assert.deepEqual([status, out], [0, `${version}\n`]);
  });

  const MISTAKES: [args: string[], says: RegExp][] = [
    [['certfy'], /unknown command 'certfy'[^]*Did you mean certify\?/],
    [['certify', '--onyl', 'MDT-HST'], /unknown option '--onyl'[^]*Did you mean --only\?/],
    [['certify', '--chain', 'cloud'], /'cloud' is invalid[^]*container, process, debian/],
    [['certify', 'a.yaml', 'b.yaml'], /too many arguments/],
    [['certify', 'no-such.target.yaml'], /MDT_KIT_MANIFEST: no-such\.target\.yaml cannot be read/],
    [
      ['certify', '--only', 'MDT-HTS-001'],
      /MDT_KIT_USAGE at --only: there is no requirement MDT-HTS-001; did you mean MDT-HST-001\?/,
    ],
    [['certify', '--profile', 'idp'], /MDT_KIT_USAGE at --profile: reference-dta does not claim the profile idp/],
    [
      ['certify', '--revision', '0.9'],
      /MDT_KIT_USAGE at --revision: there is no revision 0\.9 of the specification: there are 1\.0-draft\.1, /,
    ],
    [
      ['certify', '--revision', '1.0-draft.1', '--only', 'MDT-LIN-015'],
      /MDT_KIT_USAGE at --only: revision 1\.0-draft\.1 has no requirement MDT-LIN-015/,
    ],
    [['certify', '--report', '/dev/null/report'], /MDT_KIT_USAGE at --report: \/dev\/null\/report/],
    [['certify', '--report', '/proc/report'], /MDT_KIT_USAGE at --report: \/proc\/report cannot be written to/],
    [['certify', '--seed', ''], /argument '' is invalid. A seed is not empty/],
    [['certify', '--shard', '3/2', '--seed', 's'], /argument '3\/2' is invalid[^]*1\/3/],
    [['certify', '--shard', '1/2'], /MDT_KIT_USAGE at --shard: the shards of a run have one --seed/],
    [['certify', '--shard', '1/99', '--seed', 's'], /MDT_KIT_USAGE at --shard: .* over \d+ shards at the most/],
    [['certify', '--also-watch', 'src'], /MDT_KIT_USAGE at --also-watch: there is no --watch/],
    [['certify', '--only', 'MDT-HST', 'no-such.target.yaml'], /MDT_KIT_MANIFEST: no-such\.target\.yaml cannot be read/],
    [['list', '--role', 'pat'], /'pat' is invalid[^]*dta, idp, relay, verifier/],
    [['explain', 'MDT-HTS-001'], /MDT_KIT_USAGE at id: .*; did you mean MDT-HST-001\?/],
    [['diff', 'no-such-folder', 'x'], /MDT_KIT_REPORT at before: no-such-folder holds no events of a run/],
    [['merge', 'no-such-folder'], /MDT_KIT_REPORT at folders: no-such-folder holds no events of a run/],
    [['explain'], /missing required argument 'id'/],
    [['vectors', 'verify', 'no-such-folder'], /MDT_KIT_USAGE at folder: no-such-folder cannot be read/],
    [['init', '--role', 'pat'], /'pat' is invalid/],
    [
      ['init', 'x.yaml', '--name', 'Acme D-TA'],
      /MDT_KIT_USAGE at --name: Acme D-TA is no name of a target; acme-d-ta would be one/,
    ],
    [
      ['smoke', join(PROJECT, 'conformance/targets/reference-pat.target.yaml')],
      /MDT_KIT_USAGE at mode: a client has no birth to look at/,
    ],
    [['init', '--mode', 'cloud'], /'cloud' is invalid[^]*command, image, endpoints, pat/],
    [['init', 'x.yaml', '--mode', 'image', '--command', './x'], /MDT_KIT_USAGE at --command: .* mode image takes none/],
    [['init', 'x.yaml', '--mode', 'pat', '--role', 'idp'], /MDT_KIT_USAGE at --role: .* mode pat takes none/],
    [['init', 'no/such/folder/x.yaml'], /MDT_KIT_USAGE at file: .*cannot be written: ENOENT/],
    [[], /Usage: milagro-trust/],
  ];
  for (const [args, says] of MISTAKES) {
    it(`exits with 2 for “${args.join(' ')}”, and says what is wrong without a stack`, async () => {
      const { status, out, err } = await run(args);
      assert.equal(status, 2, err);
      assert.match(err, says);
      assert.equal(out, '');
      assert.doesNotMatch(err, /\n {4}at /);
    });
  }

  it('exits with 3 for a target that does not start, and prints the report only, with --json --quiet', async () => {
    const manifest = {
      manifest: 1,
      name: 'gone',
      role: 'dta',
      mode: 'command',
      command: ['/nonexistent/dta'],
      claims: { profiles: ['identity'] },
    };
    writeFileSync(join(folder, 'gone.target.yaml'), JSON.stringify(manifest));
    const { status, out, err } = await run([
      'certify',
      'gone.target.yaml',
      '--report',
      'r4',
      '--json',
      '--quiet',
      '--only',
      'MDT-HST-001',
    ]);
    assert.deepEqual([status, err], [3, '']);
    const report = JSON.parse(out) as { reason: string; summary: { certified: boolean } };
    assert.equal(schemaFault('report', report), undefined);
    assert.match(report.reason, /did not start/);
    assert.equal(report.summary.certified, false);
    for (const line of readFileSync(join(folder, 'r4/events.jsonl'), 'utf8').trimEnd().split('\n'))
      assert.equal(schemaFault('run-event', JSON.parse(line)), undefined);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`exits with 130 after ${signal}, with a report of what it had seen and nothing left running or lying about`, async () => {
      const temporary = mkdtempSync(join(folder, 'tmp-'));
      const manifest = {
        manifest: 1,
        name: 'idle',
        role: 'dta',
        mode: 'command',
        command: ['sh', '-c', 'echo $$ >> pids; exec sleep 60'],
        claims: { profiles: ['identity'] },
      };
      writeFileSync(join(folder, 'idle.target.yaml'), JSON.stringify(manifest));
      rmSync(join(folder, 'pids'), { force: true });
      const report = `r-${signal}`;
      const child = spawn(process.execPath, [MAIN, 'certify', 'idle.target.yaml', '--report', report, '--seed', 's'], {
        cwd: folder,
        env: { ...process.env, TMPDIR: temporary },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      const pids = (): number[] =>
        existsSync(join(folder, 'pids'))
          ? readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number)
          : [];
      for (let tries = 0; tries < 300 && pids().length === 0; tries++) await pause();
      assert.equal(readdirSync(temporary).filter((name) => name.startsWith('milagro-target-')).length > 0, true);
      child.kill(signal);
      assert.equal(await ended, 130);
      assert.match(out, /NO VERDICT[^]*interrupted/);
      const written = JSON.parse(readFileSync(join(folder, report, 'report.json'), 'utf8')) as Record<string, unknown>;
      assert.equal(schemaFault('report', written), undefined);
      assert.deepEqual([written['exit'], written['verdict'], written['reason']], [130, 'no verdict', 'interrupted']);
      for (const name of ['report.html', 'junit.xml']) assert.ok(statSync(join(folder, report, name)).size > 0);
      const left = (): string[] => [
        ...readdirSync(temporary).filter((name) => name.startsWith('milagro-')),
        ...pids().flatMap((pid) => (existsSync(`/proc/${String(pid)}`) ? [`process ${String(pid)}`] : [])),
      ];
      for (let tries = 0; tries < 100 && left().length > 0; tries++) await pause();
      assert.deepEqual(left(), []);
    });
  }

  it('exits with 4 where no check was selected', async () => {
    const { status, out } = await run(['certify', '--only', 'MDT-DOC-101', '--report', 'r5']);
    assert.equal(status, 4);
    assert.match(out, /no check was selected/);
  });

  it('writes no colours into a pipe, nor under NO_COLOR', async () => {
    for (const env of [{}, { NO_COLOR: '1', FORCE_COLOR: '' }]) {
      const { out } = await run(['certify', '--only', 'MDT-DOC-101', '--report', 'r6'], env);
      assert.doesNotMatch(out, /\u001b/);
    }
  });

  it('lists requirements with their checks, for people and as JSON', async () => {
    const [text, json, dta] = await Promise.all([
      run(['list']),
      run(['list', '--json']),
      run(['list', '--role', 'dta', '--json']),
    ]);
    assert.match(text.out, /MDT-HST-001  MUST .*\[\d checks?\]/);
    const all = JSON.parse(json.out) as { id: string; roles: string[]; checks: string[] }[];
    assert.ok(all.length > 100 && all.every(({ id }) => text.out.includes(id)));
    const its = JSON.parse(dta.out) as typeof all;
    assert.deepEqual(
      its.map(({ id }) => id),
      all.filter(({ roles }) => roles.includes('dta')).map(({ id }) => id),
    );
    assert.ok(its.some(({ checks }) => checks.includes('MDT-HST-001/record')));
  });

  it('lists scenes, with the chain that each is played on', async () => {
    const [text, json] = await Promise.all([run(['list', '--scenes']), run(['list', '--scenes', '--json'])]);
    const all = JSON.parse(json.out) as { name: string; title: string; chain: string; checks: number }[];
    assert.ok(
      all.every(({ name, title, checks }) => text.out.includes(name) && text.out.includes(title) && checks > 0),
    );
    const own = all.filter(({ chain }) => chain === 'exclusive').map(({ name }) => name);
    assert.deepEqual(own, [
      ...['relay-canary', 'canary', 'log-reorganised', 'unmade', 'relay-registering', 'relay-reorganised'],
      ...['reorganised', 'relay-killed', 'relay', 'relay-outage'],
    ]);
  });

  it('explains a requirement, for people and as JSON', async () => {
    const [text, json] = await Promise.all([
      run(['explain', 'MDT-ANC-102']),
      run(['explain', 'MDT-ANC-102', '--json']),
    ]);
    assert.deepEqual([text.status, json.status], [0, 0]);
    const told = JSON.parse(json.out) as { requirements: { sentence: string; why: string; place: string }[] };
    const [requirement] = told.requirements;
    assert.ok(requirement);
    for (const part of [
      requirement.sentence,
      requirement.why,
      requirement.place,
      'MDT_PUSH',
      'from octet 1',
      '6a[4c]2f4d',
    ])
      assert.ok(text.out.includes(part), part);
  });

  it('says what became worse, for people and as JSON, and exits with 1 then', async () => {
    const write = (name: string, events: readonly object[]): void => {
      writeFileSync(join(folder, name), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    };
    write('good.jsonl', sampleRun());
    write('bad.jsonl', failingRun());
    const checks = [{ requirement: 'MDT-DOC-001', outcome: 'pass' }] as const;
    write('part.jsonl', sampleRun({ narrowed: true, checks }));
    const [same, mended, worse, json, part] = await Promise.all([
      run(['diff', 'good.jsonl', 'good.jsonl']),
      run(['diff', 'bad.jsonl', 'good.jsonl']),
      run(['diff', 'good.jsonl', 'bad.jsonl']),
      run(['diff', 'good.jsonl', 'bad.jsonl', '--json']),
      run(['diff', 'good.jsonl', 'part.jsonl']),
    ]);
    assert.equal(part.status, 0);
    assert.match(part.out, /Checks  1 unchanged, \d+ not run\n\nNOT WORSE in what was run\n$/);
    assert.deepEqual([same.status, mended.status, worse.status, json.status], [0, 0, 1, 1]);
    assert.match(same.out, /Checks  \d+ unchanged\n\nNOT WORSE\n$/);
    assert.match(mended.out, /✓ mended {5}MDT-ANC-003\/sample  fail → pass/);
    assert.match(worse.out, /✗ broken {5}MDT-ANC-003  pass → fail[^]*WORSE\n$/);
    assert.equal(schemaFault('run-diff', JSON.parse(json.out)), undefined);
  });

  it('merges shards and nothing else', async () => {
    writeFileSync(
      join(folder, 'whole.jsonl'),
      sampleRun()
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    );
    const { status, err } = await run(['merge', 'whole.jsonl', '--report', 'r-merged']);
    assert.equal(status, 2);
    assert.match(err, /MDT_KIT_SHARDS at shard: whole\.jsonl is no shard/);
    assert.throws(() => statSync(join(folder, 'r-merged')));
  });

  it('merges into no folder that holds one of the shards', async () => {
    for (const name of ['s1', 's2']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'events.jsonl'), `${JSON.stringify(sampleRun()[0])}\n`);
    }
    const before = readFileSync(join(folder, 's1/events.jsonl'), 'utf8');
    const { status, err } = await run(['merge', 's1', 's2/events.jsonl', '--report', 's1']);
    assert.equal(status, 2);
    assert.match(err, /MDT_KIT_USAGE at --report: s1 is one of the shards/);
    assert.equal((await run(['merge', 's1', 's2/events.jsonl', '--report', './s2/../s2'])).status, 2);
    assert.equal(readFileSync(join(folder, 's1/events.jsonl'), 'utf8'), before);
  });

  it('ends quietly where nobody reads on', async () => {
    const child = spawn('sh', ['-c', '"$0" "$1" list | head -n 1; exit 0', process.execPath, MAIN], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    assert.equal(err, '');
  });

  it('examines the machine, for people and as JSON', async () => {
    const { status, out } = await run(['doctor', '--json']);
    const { ready, findings } = JSON.parse(out) as {
      ready: boolean;
      findings: { id: string; ok: boolean; what: string; fix?: string }[];
    };
    assert.equal(status, ready ? 0 : 3);
    assert.ok(findings.length > 0);
    for (const { id, ok, what, fix } of findings) {
      assert.ok(id !== '' && what !== '');
      assert.ok(ok || (fix ?? '') !== '', `${id} says what to do`);
    }
  });

  it('verifies the vectors', async () => {
    const { status, out } = await run(['vectors', 'verify', '--json']);
    assert.equal(status, 0);
    const results = JSON.parse(out) as { passed: boolean }[];
    assert.ok(results.length > 500 && results.every(({ passed }) => passed));
  });
});
